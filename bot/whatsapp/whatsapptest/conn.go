package whatsapptest

import (
	"context"
	"crypto/cipher"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/socket"
	"go.mau.fi/whatsmeow/util/keys"
)

// conn is one client's connection: frames inside a websocket, encrypted once the handshake is done.
type conn struct {
	s      *Server
	ws     *websocket.Conn
	tcp    *net.TCPConn
	buffer []byte // read, but not yet a whole frame

	fromClient, toClient cipher.AEAD
	received, sent       uint64

	noise   [32]byte // the client's static key
	wake    chan struct{}
	out     []waBinary.Node // guarded by the server's mu
	number  string          // guarded by the server's mu: whose device it says it is
	dev     *device         // guarded by the server's mu; nil: not logged in
	pairing *pairing        // guarded by the server's mu; nil: not pairing
	active  bool            // guarded by the server's mu: it may get what waited for it
	ending  bool            // guarded by the server's mu: nothing more will be sent
	cutOff  bool            // guarded by the server's mu: and what was queued isn't either
}

// serveSocket serves one client until it or the server hangs up.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.running.Add(1)
	defer s.running.Done()
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // the client has been told
	}
	ws.SetReadLimit(socket.FrameMaxSize)
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	tcp, _ := r.Context().Value(connKey{}).(*net.TCPConn)
	c := &conn{s: s, ws: ws, tcp: tcp, wake: make(chan struct{}, 1)}
	defer func() { _ = ws.CloseNow() }()
	payload, err := c.shakeHands(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.complain("handshake: %v", err)
		}
		return
	}
	s.mu.Lock()
	s.conns[c] = true
	s.enter(c, payload)
	s.mu.Unlock()
	s.running.Go(func() {
		c.write(ctx)
		cancel()
	})
	c.read(ctx)
	s.mu.Lock()
	s.leave(c)
	s.mu.Unlock()
}

// connKey is where a request's context has its connection.
type connKey struct{}

// shakeHands reads the header and does the handshake.
func (c *conn) shakeHands(ctx context.Context) (*waWa6.ClientPayload, error) {
	for len(c.buffer) < len(socket.WAConnHeader) {
		if err := c.fill(ctx); err != nil {
			return nil, err
		}
	}
	header := c.buffer[:len(socket.WAConnHeader)]
	c.buffer = c.buffer[len(header):]
	if string(header) != string(socket.WAConnHeader) {
		return nil, fmt.Errorf("the connection begins with %x", header)
	}
	h, err := newHandshake(header)
	if err != nil {
		return nil, err
	}
	first, err := c.frame(ctx)
	if err != nil {
		return nil, err
	}
	ephemeral := keys.NewKeyPair()
	answer, err := h.hello(c.s.certs, ephemeral, first)
	if err != nil {
		return nil, err
	}
	if err := c.writeFrame(ctx, answer); err != nil {
		return nil, err
	}
	second, err := c.frame(ctx)
	if err != nil {
		return nil, err
	}
	noise, payload, err := h.finish(ephemeral, second)
	if err != nil {
		return nil, err
	}
	c.noise = noise
	c.fromClient, c.toClient, err = h.split()
	return payload, err
}

func (c *conn) fill(ctx context.Context) error {
	_, data, err := c.ws.Read(ctx)
	c.buffer = append(c.buffer, data...)
	return err
}

// frame reads one frame: its length in three bytes, and its content.
func (c *conn) frame(ctx context.Context) ([]byte, error) {
	for {
		if len(c.buffer) >= socket.FrameLengthSize {
			length := int(c.buffer[0])<<16 | int(c.buffer[1])<<8 | int(c.buffer[2])
			if end := socket.FrameLengthSize + length; len(c.buffer) >= end {
				data := c.buffer[socket.FrameLengthSize:end:end]
				c.buffer = c.buffer[end:]
				return data, nil
			}
		}
		if err := c.fill(ctx); err != nil {
			return nil, err
		}
	}
}

func (c *conn) writeFrame(ctx context.Context, data []byte) error {
	frame := append([]byte{byte(len(data) >> 16), byte(len(data) >> 8), byte(len(data))}, data...)
	return c.ws.Write(ctx, websocket.MessageBinary, frame)
}

// read hands every stanza to the server, in order.
func (c *conn) read(ctx context.Context) {
	for {
		data, err := c.frame(ctx)
		if err != nil {
			return
		}
		plain, err := c.fromClient.Open(nil, nonce(c.received), data, nil)
		c.received++
		if err != nil {
			c.s.complain("decrypt a frame: %v", err)
			return
		}
		if plain, err = waBinary.Unpack(plain); err != nil {
			c.s.complain("unpack a frame: %v", err)
			return
		}
		node, err := waBinary.Unmarshal(plain)
		if err != nil {
			c.s.complain("read a stanza: %v", err)
			return
		}
		c.s.receive(c, node)
	}
}

// write sends what push queued, until the connection or the context ends.
func (c *conn) write(ctx context.Context) {
	for {
		c.s.mu.Lock()
		nodes := c.out
		c.out = nil
		ending, cutOff := c.ending, c.cutOff
		c.s.mu.Unlock()
		for _, n := range nodes {
			data, err := waBinary.Marshal(n)
			if err != nil {
				c.s.complain("write <%s>: %v", n.Tag, err)
				continue
			}
			sealed := c.toClient.Seal(nil, nonce(c.sent), data, nil)
			c.sent++
			if err := c.writeFrame(ctx, sealed); err != nil {
				return
			}
		}
		if ending {
			c.hangUp(ctx, cutOff)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		}
	}
}

// hangUp ends the connection, after the client has had a moment to read the last stanza. It waits until the client has
// noticed and hung up too, as clients don't expect to be told to disconnect just then.
func (c *conn) hangUp(ctx context.Context, atOnce bool) {
	if !atOnce {
		select {
		case <-ctx.Done():
			return
		case <-time.After(grace):
		}
	}
	_ = c.tcp.CloseWrite() // a client that has gone needs none
	select {
	case <-ctx.Done():
	case <-time.After(farewell):
	}
}

// push queues a stanza for the client. It doesn't block. The caller holds mu.
func (c *conn) push(n waBinary.Node) {
	if c.ending {
		return
	}
	c.out = append(c.out, n)
	c.rouse()
}

// end sends a last stanza and closes the connection a moment after. The caller holds mu.
func (c *conn) end(n waBinary.Node) {
	c.push(n)
	c.ending = true
	c.rouse()
}

// cut closes the connection without a word, as a broken network does. The caller holds mu.
func (c *conn) cut() {
	c.ending, c.cutOff = true, true
	c.out = nil
	c.rouse()
}

func (c *conn) rouse() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}
