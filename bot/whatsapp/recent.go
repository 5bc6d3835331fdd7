package whatsapp

import (
	"sync"
	"time"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

// said is what somebody wrote lately: enough to quote it.
type said struct {
	by   types.JID
	text string
	at   time.Time
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
	r.said[key] = said{by: e.Info.Sender, text: text, at: e.Info.Timestamp}
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

// What tells a machine: a business's welcome, or another bot. People also repeat themselves, and answer "1" to one question after
// another.
const (
	echoes    = 3                // so often in a row the same is answered
	echoFor   = 10 * time.Minute // by the time that it was said
	echoLeast = 20               // bytes
)

// echo tells whether a message, kept already, says only what the same private chat said several times just before.
func (r *recent) echo(chat, id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	this := r.said[[2]string{chat, id}]
	if len(this.text) < echoLeast {
		return false
	}
	same := 0
	for i := len(r.order) - 1; i >= 0 && same < echoes; i-- {
		key := r.order[i]
		if key[0] != chat || key[1] == id {
			continue
		}
		if s := r.said[key]; s.text != this.text || this.at.Sub(s.at) > echoFor {
			return false
		}
		same++
	}
	return same == echoes
}
