package telegramtest

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/mymmrac/telego"
)

// Limits of getUpdates: https://core.telegram.org/bots/api#getupdates and Client.h of Telegram's server.
const (
	maxUpdates     = 100
	maxPollSeconds = 50
	offsetSlack    = 10 // an offset further ahead than this is another numbering's, and confirms nothing
	firstUpdate    = 700_000_001
)

// keptFor is how long an update waits to be fetched: https://core.telegram.org/bots/api#getting-updates
const keptFor = 24 * time.Hour

// pending is an update that waits. It is written when the thing happens, as Telegram does: an edit afterwards changes
// nothing about it.
type pending struct {
	id    int
	at    time.Time
	order int64 // updates of one chat or person are delivered to a webhook in their order
	raw   json.RawMessage
}

// queue is what the bot has not confirmed yet.
type queue struct {
	waiting []pending
	next    int // number of the next update
	allowed map[string]bool
	poll    *poll
}

func newQueue() queue { return queue{next: firstUpdate, allowed: allowed(nil)} }

// poll is a getUpdates that waits for something to happen.
type poll struct{ ended chan string } // holds the words of the conflict that ended it

// kindsOnDemand are the updates that a bot gets only when it names them.
func kindsOnDemand() []string {
	return []string{telego.ChatMemberUpdates, telego.MessageReactionUpdates, telego.MessageReactionCountUpdates}
}

// kinds are the updates that happen here.
func kinds() []string {
	return []string{
		telego.MessageUpdates, telego.EditedMessageUpdates, telego.ChannelPostUpdates, telego.EditedChannelPostUpdates,
		telego.CallbackQueryUpdates, telego.MyChatMemberUpdates, telego.ChatMemberUpdates, telego.MessageReactionUpdates,
	}
}

// allowed is what a list of kinds lets through; an empty list stands for all but those on demand.
func allowed(list []string) map[string]bool {
	out := map[string]bool{}
	if len(list) == 0 {
		for _, k := range kinds() {
			out[k] = !slices.Contains(kindsOnDemand(), k)
		}
	}
	for _, k := range list {
		out[k] = true
	}
	return out
}

// takeAllowed reads allowed_updates. Without the field the list stays what it was.
func (c *call) takeAllowed() (list []string, given bool) {
	given = c.object("allowed_updates", &list)
	return list, given
}

// push queues an update unless the bot doesn't want its kind; the lock is held. fill sets its content.
func (s *Server) push(kind string, order int64, fill func(*telego.Update)) {
	if !s.queue.allowed[kind] {
		return
	}
	u := telego.Update{UpdateID: s.queue.next}
	fill(&u)
	raw, err := json.Marshal(u)
	if err != nil {
		s.errorf("an update can't be written: %v", err)
		return
	}
	s.queue.next++
	s.queue.waiting = append(s.queue.waiting, pending{u.UpdateID, s.now(), order, raw})
	s.ring()
}

// forget drops the updates before offset and those that are too old; the lock is held.
func (q *queue) forget(offset int, now time.Time) {
	q.waiting = slices.DeleteFunc(q.waiting, func(p pending) bool { return p.id < offset || now.Sub(p.at) > keptFor })
}

// fetch confirms what comes before offset and gives what comes then; the lock is held.
func (q *queue) fetch(offset, limit int, now time.Time) []json.RawMessage {
	if offset < 0 {
		// only so many of the latest are left
		q.waiting = q.waiting[max(0, len(q.waiting)+offset):]
	}
	if offset > q.next+offsetSlack {
		offset = 0
	}
	q.forget(offset, now)
	out := make([]json.RawMessage, 0, min(limit, len(q.waiting)))
	for _, p := range q.waiting[:min(limit, len(q.waiting))] {
		out = append(out, p.raw)
	}
	return out
}

func (s *Server) getUpdates(c *call) (any, error) {
	offset, limit, timeout := int(c.integer("offset")), int(c.integer("limit")), int(c.integer("timeout"))
	list, given := c.takeAllowed()
	if err := c.done(); err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = maxUpdates
	}
	limit = min(limit, maxUpdates)
	timer := time.NewTimer(time.Duration(min(max(timeout, 0), maxPollSeconds)) * time.Second)
	defer timer.Stop()

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook.url != "" {
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if given {
		s.queue.allowed = allowed(list)
	}
	for {
		before := len(s.queue.waiting)
		updates := s.queue.fetch(offset, limit, s.now())
		if len(s.queue.waiting) < before {
			s.ring() // something was confirmed
		}
		if len(updates) > 0 || timeout <= 0 {
			return updates, nil
		}
		if words, goOn := s.waitForNews(c, timer); words != "" {
			return nil, conflict(words)
		} else if !goOn {
			return updates, nil
		}
		offset = max(offset, 0) // what has come since is wanted
	}
}

// waitForNews waits in place of the one that waited so far, which ends with a conflict; the lock is held, but not while
// it waits. It gives the words of the conflict that ended it in turn; goOn is false when the time is up.
func (s *Server) waitForNews(c *call, timer *time.Timer) (words string, goOn bool) {
	s.endPoll("terminated by other getUpdates request; make sure that only one bot instance is running")
	p := &poll{ended: make(chan string, 1)}
	s.queue.poll = p
	s.ring()
	next := s.ears()
	s.mu.Unlock()
	goOn = true
	select {
	case words := <-p.ended:
		s.mu.Lock()
		return words, false
	case <-next:
	case <-timer.C:
		goOn = false
	case <-c.ctx.Done():
		goOn = false
	case <-s.ctx.Done():
		goOn = false
	}
	s.mu.Lock()
	if s.queue.poll == p {
		s.queue.poll = nil
		return "", goOn
	}
	return <-p.ended, false // at the same moment it was ended
}

// endPoll ends the getUpdates that waits, if there is one; the lock is held.
func (s *Server) endPoll(words string) {
	if s.queue.poll != nil {
		s.queue.poll.ended <- words
		s.queue.poll = nil
	}
}

// Pending is how many updates the bot has not confirmed yet.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue.waiting)
}

// Confirmed waits until the bot confirmed every update.
func (s *Server) Confirmed() {
	s.helper()
	if !s.await(s.patience, func() bool { return len(s.queue.waiting) == 0 }) {
		s.errorf("%d updates were never confirmed", s.Pending())
	}
}

// RenumberUpdates has the next update bear this number. Telegram begins anew at any number after a week without updates.
func (s *Server) RenumberUpdates(next int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.next = next
}
