package whatsapp

import (
	"cmp"
	"fmt"
	"sync"
	"time"

	"go.mau.fi/whatsmeow/types/events"
)

// state is what is known of the connection.
type state struct {
	mu     sync.Mutex
	synced chan struct{} // closed while the account is connected and has caught up
	ended  chan error    // why the connection ended: nil when it may be made again
	number int           // of the connection; 0: none stands
	made   int           // connections so far
	banned pause         // WhatsApp lets the number do nothing
	slowed pause         // WhatsApp takes no messages of it
}

// pause is for how long WhatsApp refuses something, by real time, and why.
type pause struct {
	until time.Time
	why   string
}

func newState() *state { return &state{synced: make(chan struct{})} }

// begin makes ready for a new connection, and gives its number and the channel on which its end is told.
func (s *state) begin() (number int, ended <-chan error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down()
	s.made++
	s.number, s.ended = s.made, make(chan error, 1)
	return s.number, s.ended
}

// down says that the account is not connected. The caller holds the lock.
func (s *state) down() {
	s.number = 0
	select {
	case <-s.synced:
		s.synced = make(chan struct{})
	default:
	}
}

// up says that everything that was said meanwhile has been heard. Of a connection that has ended it says nothing any more.
func (s *state) up(number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number != s.number {
		return
	}
	select {
	case <-s.synced:
	default:
		close(s.synced)
	}
	s.banned = pause{}
}

// caughtUp is closed while the account is connected and has caught up.
func (s *state) caughtUp() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.synced
}

// end tells why the connection ended; the first reason counts.
func (s *state) end(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down()
	if s.ended == nil {
		return
	}
	select {
	case s.ended <- why:
	default:
	}
}

// ban keeps that the number is blocked for a while.
func (s *state) ban(p pause) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.banned = p
}

// slow keeps that WhatsApp takes no messages for a while.
func (s *state) slow(p pause) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.until.After(s.slowed.until) {
		s.slowed = p
	}
}

// blocked is for how long WhatsApp blocks the number; a time that has passed: it doesn't.
func (s *state) blocked() pause {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.banned
}

// paused is for how long nothing can be sent, whatever the reason.
func (s *state) paused() pause {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slowed.until.After(s.banned.until) {
		return s.slowed
	}
	return s.banned
}

// Ended says that the account can't be used until somebody does something about it.
type Ended struct{ Advice string }

// Error says what to do.
func (e *Ended) Error() string { return "whatsapp: " + e.Advice }

// Why WhatsApp ended the connection for good, and what the operator can do about it.
var (
	errLoggedOut = &Ended{"this number is no longer linked: the phone removed the bot, or WhatsApp blocked the number. " +
		"Look on the phone whether WhatsApp works there, then run: buurtbode pair"}
	errReplaced = &Ended{"another program uses the same link, so this one stops. Stop the other one, then start the bot again"}
	errOutdated = &Ended{"WhatsApp wants a newer version of the client. Update buurtbode; until there is one, BUURTBODE_WHATSAPP_VERSION " +
		"may help for a while: docs/whatsapp.md says how"}
)

// ending is what an event says about the end of the connection: over is true when it has ended, and err is nil when it
// may be made again.
func (s *state) ending(event any, now time.Time) (over bool, err error) {
	switch e := event.(type) {
	case *events.Disconnected:
		return true, nil
	case *events.KeepAliveTimeout: // a line that was cut without a word: the library sees to that only where it reconnects itself
		return e.ErrorCount >= mostUnanswered, nil
	case *events.LoggedOut:
		return true, errLoggedOut
	case *events.StreamReplaced:
		return true, errReplaced
	case *events.ClientOutdated:
		return true, errOutdated
	case *events.TemporaryBan:
		s.ban(pause{until: now.Add(cmp.Or(e.Expire, unknownBan)), why: fmt.Sprintf("temporary ban, code %d", int(e.Code))})
		return true, nil
	case *events.ConnectFailure:
		return true, nil
	case *events.StreamError:
		return true, nil
	}
	return false, nil
}

// mostUnanswered is how many questions in a row, one every half minute, WhatsApp leaves unanswered before the connection counts as dead.
const mostUnanswered = 2

// unknownBan is how long to wait where WhatsApp doesn't say for how long it blocks the number.
const unknownBan = 30 * time.Minute
