package whatsapp

import (
	"log/slog"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types/events"
)

// What is known of an earlier connection says nothing about this one.
func TestAnEarlierConnectionIsNotUp(t *testing.T) {
	s := newState()
	up := func() bool {
		select {
		case <-s.caughtUp():
			return true
		default:
			return false
		}
	}
	first, _ := s.begin()
	s.end(nil)
	if s.up(first); up() {
		t.Error("a connection that has ended is up")
	}
	s.ban(pause{until: time.Now().Add(time.Hour), why: "temporary ban"})
	second, _ := s.begin()
	if s.up(first); up() || s.paused().why == "" {
		t.Error("an earlier connection makes this one be up, and a block be over")
	}
	if s.up(second); !up() || s.paused().why != "" {
		t.Error("this connection is not up")
	}
}

// A line that was cut without a word, by a router say, has to be made again: nothing comes over it.
func TestADeadConnectionEnds(t *testing.T) {
	w := &WhatsApp{state: newState(), log: slog.New(slog.DiscardHandler)}
	number, ended := w.state.begin()
	h := &handler{w: w, number: number, gone: make(chan struct{})}
	h.handle(&events.KeepAliveTimeout{ErrorCount: 1})
	select {
	case err := <-ended:
		t.Fatal("one question without an answer ends it", err)
	default:
	}
	h.handle(&events.KeepAliveTimeout{ErrorCount: 2})
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it ended with %v", err)
		}
	default:
		t.Error("the connection counts as alive")
	}
}
