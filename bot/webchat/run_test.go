package webchat

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRunServesUntilItIsStopped(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, true, func(c *Config) {
		c.Addr = l.Addr().String()
		c.Listen = func(context.Context) (net.Listener, error) { return l, nil }
	})
	b.web.close()
	b.server.URL = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.web.Run(ctx, b.receive) }()

	f := b.follow("/api/events?as=anna", "")
	f.until("ready")
	if !b.web.Ready() {
		t.Error("it serves and is not ready")
	}
	if got := b.status(http.MethodPost, "/api/say?as=anna", `{"chat":"anna","key":"`+key+`","text":"hi"}`); got != http.StatusOK {
		t.Errorf("saying is answered %d", got)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it doesn't stop while a page is open")
	}
	if b.web.Ready() {
		t.Error("it has ended and is ready")
	}
}

func TestRunSaysThatTheAddressIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	b := open(t, true, func(c *Config) { c.Addr = l.Addr().String() })
	err = b.web.Run(context.Background(), b.receive)
	if err == nil || !strings.Contains(err.Error(), l.Addr().String()) || !strings.Contains(err.Error(), "in use") {
		t.Errorf("the error is %v", err)
	}
}
