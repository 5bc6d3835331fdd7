package whatsapp

import (
	"sync"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

// said is what somebody wrote lately: enough to quote it.
type said struct {
	by   types.JID
	text string
}

// recent remembers the latest messages of people, in memory only.
type recent struct {
	mu    sync.Mutex
	said  map[[2]string]said
	order [][2]string
}

const recentKept = 512

func newRecent() *recent { return &recent{said: map[[2]string]said{}} }

func (r *recent) keep(chat string, e *events.Message) {
	text := textOf(e.Message)
	const most = 200
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := [2]string{chat, e.Info.ID}
	if _, ok := r.said[key]; !ok {
		r.order = append(r.order, key)
	}
	r.said[key] = said{by: e.Info.Sender, text: text}
	if len(r.order) > recentKept {
		delete(r.said, r.order[0])
		r.order = r.order[1:]
	}
}

func (r *recent) find(chat, id string) (said, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.said[[2]string{chat, id}]
	return s, ok
}
