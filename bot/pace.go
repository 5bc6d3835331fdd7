package bot

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/buurtbode/buurtbode/messages"
)

// How many messages a chat takes at once before its own limit holds: a lively conversation is not slowed down, and
// networks allow short bursts (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
const (
	directBurst = 20
	groupBurst  = 15
)

// manyPaced is how many chats are remembered before those are dropped that could send a full burst again.
const manyPaced = 4096

// pace keeps every chat of an account to its own limit. It runs by real time, and forgets with the process.
type pace struct {
	limits messages.Limits
	mu     sync.Mutex
	chats  map[int64]*rate.Limiter
	many   int
}

func newPace(l messages.Limits) *pace {
	return &pace{limits: l, chats: map[int64]*rate.Limiter{}, many: manyPaced}
}

// take asks for one message to a chat: 0 when it may go now, else how long it must wait; then nothing was taken.
func (p *pace) take(chat int64, kind messages.ChatKind, now time.Time) time.Duration {
	perSecond, burst := p.limits.DirectRate, directBurst
	if kind != messages.Direct {
		perSecond, burst = p.limits.GroupRate/60, groupBurst
	}
	if perSecond <= 0 {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.chats[chat]
	if l == nil {
		p.forget(now)
		l = rate.NewLimiter(rate.Limit(perSecond), burst)
		p.chats[chat] = l
	}
	r := l.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// forget drops the chats whose burst is whole again, when there are many.
func (p *pace) forget(now time.Time) {
	if len(p.chats) < p.many {
		return
	}
	for chat, l := range p.chats {
		if l.TokensAt(now) >= float64(l.Burst()) {
			delete(p.chats, chat)
		}
	}
	p.many = max(manyPaced, 2*len(p.chats))
}
