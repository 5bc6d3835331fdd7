package telegramtest

import (
	"time"

	"github.com/mymmrac/telego"
)

// Limits are what the server takes before it answers 429, in every window of the length of its name; 0 is no limit.
// Telegram's own are about {30, 1, 20} (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
// They are kept strictly here, without the bursts that Telegram lets pass, and edits count as messages do.
type Limits struct {
	PerSecond      int // for all chats together
	PerChatSecond  int // for one chat
	PerGroupMinute int // for one group or channel
}

// window remembers when the latest messages went.
type window struct{ times []time.Time }

// wait is how long until n more messages fit, where most may go within span.
func (w *window) wait(now time.Time, n, most int, span time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	i := len(w.times) + n - most - 1 // this one must be past the window
	if i < 0 {
		return 0
	}
	i = min(i, len(w.times)-1)
	if i < 0 {
		return span // more at once than ever fit
	}
	return w.times[i].Add(span).Sub(now)
}

func (w *window) add(now time.Time, n int) {
	const most = 2048
	if len(w.times) > most {
		w.times = append(w.times[:0], w.times[len(w.times)-most/2:]...)
	}
	for range n {
		w.times = append(w.times, now)
	}
}

// pace counts n messages to a chat, or refuses them; the lock is held. What was refused doesn't count.
func (s *Server) pace(ch *chat, n int) *failure {
	if s.limits == (Limits{}) {
		return nil
	}
	now := time.Now()
	wait := max(s.sent.wait(now, n, s.limits.PerSecond, time.Second), ch.sent.wait(now, n, s.limits.PerChatSecond, time.Second))
	if ch.kind != telego.ChatTypePrivate {
		wait = max(wait, ch.sent.wait(now, n, s.limits.PerGroupMinute, time.Minute))
	}
	if wait > 0 {
		s.tooFast++
		return tooMany(int((wait + time.Second - 1) / time.Second))
	}
	s.sent.add(now, n)
	ch.sent.add(now, n)
	return nil
}

// TooFast is how many messages were refused with 429 by the limits.
func (s *Server) TooFast() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tooFast
}

// SetLimits changes the limits from now on.
func (s *Server) SetLimits(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = l
}
