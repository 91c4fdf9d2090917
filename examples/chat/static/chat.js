// A room of the chat: what comes over the WebSocket is shown, what is written goes there. A connection
// that ends, as at every reload of the site, is opened again.
const [here, log, form, who, text] = ["here", "log", "say", "who", "text"].map((id) => document.getElementById(id));
let socket;

function connect(pause) {
  socket = new WebSocket(new URL("talk/", location.href), "chat.v1");
  socket.onopen = () => { pause = 250; };
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if ("here" in message) {
      here.textContent = message.here === 1 ? "You are alone here." : message.here + " people are here.";
      return;
    }
    const line = document.createElement("li"), name = document.createElement("b");
    name.textContent = message.who;
    line.append(name, " ", message.text);
    log.append(line);
    line.scrollIntoView({ block: "nearest" });
  };
  socket.onclose = () => {
    here.textContent = "Connecting …";
    setTimeout(connect, pause * (0.5 + Math.random()), Math.min(2 * pause, 10000));
  };
}

form.onsubmit = (event) => {
  event.preventDefault();
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify({ who: who.value, text: text.value }));
  text.value = "";
};

connect(250);
