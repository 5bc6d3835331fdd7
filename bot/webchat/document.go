package webchat

import (
	"bytes"
	"context"
	"errors"
	"mime"
	"net/http"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// Document is a file that the bot sent. The page shows its name, and fetches it when it is tapped; its bytes are not kept
// here.
type Document struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int    `json:"size"` // bytes
}

// documentOf is a document that is to be sent, as the page shows it; nil without one.
func (w *Webchat) documentOf(d *messages.Document) (*Document, error) {
	switch {
	case d == nil:
		return nil, nil
	case len(d.Data) == 0 || w.cfg.Documents == nil:
		return nil, &messages.SendError{Code: "empty", Cause: errors.New("the document has no bytes, or they are kept nowhere")}
	}
	return &Document{Key: d.Key, Name: d.Name, Type: d.Type, Size: len(d.Data)}, nil
}

// document is given to those in whose chats it stands, as a file to keep. 410: it stood there, but was erased since.
func (w *Webchat) document(out http.ResponseWriter, r *http.Request) {
	me, ok := w.someone(out, r)
	if !ok {
		return
	}
	m := w.book.standing(r.Context(), w.chatsOf(me), func(m *Message) bool { return m.Document != nil && m.Document.Key == r.PathValue("key") })
	if m == nil {
		http.NotFound(out, r)
		return
	}
	data, err := w.cfg.Documents(r.Context(), m.Document.Key)
	switch {
	case err != nil:
		if r.Context().Err() == nil {
			w.log.Error("a document could not be read", "cause", err)
		}
		http.Error(out, "later", http.StatusServiceUnavailable)
	case data == nil:
		http.Error(out, "gone", http.StatusGone)
	default:
		h := out.Header()
		h.Set("Content-Type", m.Document.Type+"; charset=utf-8")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": m.Document.Name}))
		http.ServeContent(out, r, "", time.Time{}, bytes.NewReader(data))
	}
}

// standing finds a message that is like that in one of the chats; nil: none.
func (b *book) standing(ctx context.Context, chats []string, like func(m *Message) bool) *Message {
	for _, chat := range chats {
		p, err := b.open(ctx, chat)
		if err != nil {
			return nil
		}
		b.mu.Lock()
		var found *Message
		for _, m := range p.list {
			if like(m) {
				found = m
			}
		}
		b.mu.Unlock()
		if found != nil {
			return found
		}
	}
	return nil
}
