// A program on Node that knows nothing of who stands before it.
const http = require("node:http");
const crypto = require("node:crypto");

const going = new Map();
function event(key) {
  if (!going.has(key)) {
    let set;
    const wait = new Promise((resolve) => (set = resolve));
    going.set(key, { wait, set });
  }
  return going.get(key);
}

const server = http.createServer(async (req, res) => {
  const url = new URL(req.url, "http://" + req.headers.host);
  const text = (body) => res.writeHead(200, { "Content-Type": "text/plain" }).end(body);
  const parts = async (type, first, second) => {
    res.writeHead(200, { "Content-Type": type });
    res.write(first);
    await event(url.searchParams.get("key")).wait;
    res.end(second);
  };
  switch (url.pathname) {
    case "/whoami": {
      const scheme = req.headers["x-forwarded-proto"];
      const client = req.headers["x-forwarded-for"].split(",")[0].trim();
      return text(`${scheme} ${req.headers.host} ${client} ${scheme}://${req.headers.host}${req.url}`);
    }
    case "/upload": {
      const hash = crypto.createHash("sha256");
      let size = 0;
      for await (const part of req) {
        hash.update(part);
        size += part.length;
      }
      return text(`${size} ${hash.digest("hex")}`);
    }
    case "/go":
      event(url.searchParams.get("key")).set();
      return text("gone");
    case "/stream":
      return parts("text/plain", "first\n", "second\n");
    case "/events":
      return parts("text/event-stream", "data: first\n\n", "data: second\n\n");
  }
  res.writeHead(404).end("nothing here");
});

// Frames of up to 125 bytes come back as they are, without their mask (RFC 6455).
server.on("upgrade", (req, socket) => {
  const accept = crypto.createHash("sha1").update(req.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  let held = Buffer.alloc(0);
  socket.on("data", (data) => {
    held = Buffer.concat([held, data]);
    while (held.length >= 6 && held.length >= 6 + (held[1] & 0x7f)) {
      const length = held[1] & 0x7f;
      const payload = Buffer.from(held.subarray(6, 6 + length));
      for (let i = 0; i < length; i++) payload[i] ^= held[2 + (i % 4)];
      socket.write(Buffer.concat([Buffer.from([held[0], length]), payload]));
      held = held.subarray(6 + length);
    }
  });
  socket.on("end", () => socket.end());
  socket.on("error", () => socket.destroy());
});

server.requestTimeout = 0;
server.listen(0, "127.0.0.1", () => console.log("listening " + server.address().port));
