package whatsapptest

import (
	"context"
	"iter"
	"time"
)

// Sight is something that a phone shows anew.
type Sight struct {
	Phone   *Phone
	Message Message // as it is shown now
	Changed bool    // it was edited or withdrawn; otherwise it is new
}

// Follow yields what phones show from now on, in order, until the context or the server ends. It blocks in between.
func (s *Server) Follow(ctx context.Context) iter.Seq[Sight] {
	s.mu.Lock()
	s.following = true
	next := len(s.sights)
	s.mu.Unlock()
	return func(yield func(Sight) bool) {
		for {
			var seen Sight
			err := s.wait(ctx, func() bool {
				if next == len(s.sights) {
					return false
				}
				seen = s.sights[next]
				return true
			})
			if err != nil || !yield(seen) {
				return
			}
			next++
		}
	}
}

// see keeps what a phone shows anew, if somebody follows. The caller holds mu.
func (s *Server) see(p *Phone, m *Message, changed bool) {
	if s.following {
		s.sights = append(s.sights, Sight{Phone: p, Message: *m, Changed: changed})
	}
}

// Settle waits until the devices that are connected have confirmed everything and nothing was sent for a while, which is
// quiet; it is false when that takes longer than most. Both are real time.
func (s *Server) Settle(quiet, most time.Duration) bool {
	ctx, cancel := context.WithTimeout(s.ctx, most)
	defer cancel()
	for {
		var seen uint64
		err := s.wait(ctx, func() bool {
			seen = s.received
			for _, a := range s.accounts {
				for _, d := range a.devices {
					if !d.settled() {
						return false
					}
				}
			}
			return true
		})
		if err != nil {
			return false
		}
		calm, done := context.WithTimeout(ctx, quiet)
		err = s.wait(calm, func() bool { return s.received != seen })
		done()
		if err != nil {
			return ctx.Err() == nil
		}
	}
}

// Name is what others see of the phone's owner.
func (p *Phone) Name() string { return p.name }
