package main

import (
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
	"unsafe"
)

// epollPwait2 is epoll_pwait2(2), which has this number on every architecture
// and takes a time in nanoseconds.
const epollPwait2 = 441

// pacer sends requests at fixed times over whichever connection is free.
type pacer struct {
	job
	request []byte
	epoll   int
	clients map[int32]*client // by file descriptor
	free    []*client
	latencies
	report
}

// client is one kept-alive connection with at most one request.
type client struct {
	fd   int32
	due  time.Duration // of its request, since the start
	busy bool
	answer
}

// pace sends rate × time requests and waits for their answers.
func pace(j job) (report, error) {
	field := ""
	if j.field != "" {
		field = j.field + "\r\n"
	}
	p := &pacer{
		job:       j,
		request:   []byte("GET " + j.path + " HTTP/1.1\r\nHost: " + j.address + "\r\n" + field + "\r\n"),
		clients:   map[int32]*client{},
		latencies: make(latencies, 0, int(j.rate*j.duration.Seconds())+1),
	}
	var err error
	if p.epoll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return report{}, fmt.Errorf("epoll_create1: %w", err)
	}
	defer syscall.Close(p.epoll)
	for range j.connections {
		if err := p.dial(); err != nil {
			return report{}, err
		}
	}
	elapsed, err := p.loop()
	if err != nil {
		return report{}, err
	}
	p.Requests = int64(len(p.latencies))
	p.PerSecond = float64(p.Requests) / elapsed.Seconds()
	p.latencies.into(&p.report)
	return p.report, nil
}

// dial opens a connection, which is free then.
func (p *pacer) dial() error {
	to, err := net.ResolveTCPAddr("tcp4", p.address)
	if err != nil {
		return err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	address := &syscall.SockaddrInet4{Port: to.Port}
	copy(address.Addr[:], to.IP.To4())
	err = errors.Join(
		syscall.Connect(fd, address),
		syscall.SetNonblock(fd, true),
		syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1),
		syscall.EpollCtl(p.epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}),
	)
	if err != nil {
		syscall.Close(fd)
		return fmt.Errorf("connect to %s: %w", p.address, err)
	}
	c := &client{fd: int32(fd)}
	p.clients[c.fd] = c
	p.free = append(p.free, c)
	return nil
}

// loop runs until every request that was due is answered or has failed.
func (p *pacer) loop() (elapsed time.Duration, err error) {
	total := int64(p.rate * p.duration.Seconds())
	due := func(n int64) time.Duration { return time.Duration(float64(n) / p.rate * float64(time.Second)) }
	buffer := make([]byte, 1<<20)
	events := make([]syscall.EpollEvent, 256)
	start := time.Now()
	heard := time.Duration(0)
	for sent := int64(0); sent < total || len(p.free) < len(p.clients); {
		now := time.Since(start)
		for sent < total && due(sent) <= now && len(p.free) > 0 {
			if err := p.send(due(sent)); err != nil {
				return 0, err
			}
			sent++
		}
		if now-heard > silence && len(p.free) < len(p.clients) {
			return 0, fmt.Errorf("no answer within %s; %d of %d requests were sent", silence, sent, total)
		}
		wait := silence
		if sent < total && len(p.free) > 0 {
			wait = max(due(sent)-time.Since(start), 0)
		}
		if p.spin {
			wait = 0
		}
		n, err := p.wait(events, wait)
		if err != nil {
			return 0, err
		}
		for _, e := range events[:n] {
			if err := p.receive(p.clients[e.Fd], buffer, start); err != nil {
				return 0, err
			}
			heard = time.Since(start)
		}
	}
	return time.Since(start), nil
}

// wait returns how many connections have something, at once when the time is 0.
func (p *pacer) wait(events []syscall.EpollEvent, d time.Duration) (int, error) {
	limit := syscall.NsecToTimespec(int64(d))
	call := syscall.Syscall6
	if d == 0 {
		call = syscall.RawSyscall6 // it does not block: the scheduler need not know
	}
	n, _, e := call(epollPwait2, uintptr(p.epoll), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), uintptr(unsafe.Pointer(&limit)), 0, 0)
	if e != 0 && e != syscall.EINTR {
		return 0, fmt.Errorf("epoll_pwait2: %w", e)
	}
	if e != 0 {
		return 0, nil
	}
	return int(n), nil
}

// send writes a request on a free connection. There is room for it: the
// connection has none under way.
func (p *pacer) send(due time.Duration) error {
	c := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	c.due, c.busy = due, true
	n, _, e := syscall.RawSyscall(syscall.SYS_WRITE, uintptr(c.fd), uintptr(unsafe.Pointer(&p.request[0])), uintptr(len(p.request)))
	switch {
	case e != 0:
		return p.lose(c, e)
	case int(n) != len(p.request):
		return p.lose(c, errors.New("a request was written in part"))
	}
	return nil
}

// receive reads what a connection has, once.
func (p *pacer) receive(c *client, buffer []byte, start time.Time) error {
	n, _, e := syscall.RawSyscall(syscall.SYS_READ, uintptr(c.fd), uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)))
	switch {
	case e == syscall.EAGAIN || e == syscall.EINTR:
		return nil
	case e != 0:
		return p.lose(c, e)
	case n == 0:
		return p.lose(c, errors.New("the server closed a connection"))
	}
	complete, err := c.take(buffer[:n])
	switch {
	case err != nil:
		return p.lose(c, err)
	case complete && !c.busy:
		return p.lose(c, errors.New("an answer to no request"))
	case complete:
		p.add(time.Since(start) - c.due)
		c.busy = false
		p.free = append(p.free, c)
	}
	return nil
}

// lose counts an error and opens another connection in place of the one.
func (p *pacer) lose(c *client, err error) error {
	p.fail(err)
	if p.Errors > 1000 {
		return fmt.Errorf("more than 1,000 errors, the first: %s", p.FirstFail)
	}
	for i, f := range p.free {
		if f == c {
			p.free = append(p.free[:i], p.free[i+1:]...)
			break
		}
	}
	delete(p.clients, c.fd)
	if err := syscall.Close(int(c.fd)); err != nil {
		return err
	}
	return p.dial()
}
