package bot

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// result is how one send ended, on its way to the database.
type result struct {
	claimed   *storage.Claimed
	sent      messages.Sent
	err       *messages.SendError // nil: sent
	state     storage.DeliveryState
	attempts  int
	until     time.Time     // with state queued: not to be tried again before, by real time
	committed chan struct{} // closed when the database has it
}

// send hands one delivery to the platform and says what is to become of it.
func (o *outbox) send(ctx context.Context, c *storage.Claimed) *result {
	r := &result{claimed: c, attempts: c.Delivery.Attempts, committed: make(chan struct{})}
	m, err := o.outbound(ctx, c)
	if err == nil {
		err = o.hand(ctx, r, m)
	}
	if c.Delivery.Anew && m.Action == messages.Edit && unchangeable(err) {
		m.Action, m.ReplyTo, m.Target = messages.Send, m.Target, ""
		err = o.hand(ctx, r, m)
	}
	if err == nil {
		r.state = storage.SentState
		o.gate.reached()
		if c.Part.Photo != "" && m.Photo != nil && r.sent.PhotoFile != "" {
			o.files.set(m.Photo.SHA256, r.sent.PhotoFile)
		}
		return r
	}
	if !errors.As(err, &r.err) {
		r.err = &messages.SendError{Code: "internal", Retry: storage.Unavailable(err), Cause: err}
	}
	o.judge(ctx, r)
	return r
}

// hand hands a message to the platform.
func (o *outbox) hand(ctx context.Context, r *result, m messages.Outbound) error {
	begun := realNow()
	err := guard(func() (err error) {
		r.sent, err = o.platform.Send(ctx, m)
		return err
	})
	o.metrics.send.WithLabelValues(o.platform.Platform()).Observe(realNow().Sub(begun).Seconds())
	return err
}

// unchangeable tells whether a message could not be changed because it is gone or too old.
func unchangeable(err error) bool {
	var e *messages.SendError
	return errors.As(err, &e) && slices.Contains([]string{"not_found", "too_old"}, e.Code)
}

// judge decides what becomes of a delivery that was not sent.
func (o *outbox) judge(ctx context.Context, r *result) {
	e := r.err
	r.state = storage.Queued
	switch {
	case ctx.Err() != nil: // the bot stops: the next start tries again
	case e.Slow:
		o.gate.tooFast(e.After)
	case e.Code == codePhotoFile:
		o.files.set(r.claimed.Part.Photo, "")
		r.attempts++
	case e.MovedTo != "":
		r.attempts++
	case e.Retry:
		if !o.gate.unreachable(r.claimed.Chat.ID, o.connected()) {
			r.attempts++
		}
		wait := max(e.After, o.retry(max(1, r.attempts)))
		r.until = realNow().Add(wait)
		o.log.Debug("a send failed and is tried again", "chat", r.claimed.Chat.ID, "delivery", r.claimed.Delivery.ID, "attempt", r.attempts, "wait", wait, "error", e)
	default:
		o.gate.reached()
		r.state = storage.Failed
	}
	if r.state == storage.Queued && r.attempts >= maxTries {
		r.state = storage.Failed
	}
}

// codeNoTarget is the SendError of a change to a message that was never sent, codePhotoFile that of a photo that the
// network no longer knows by its id there, codeNoText that of a message whose stored text can't be read, codeNoDocument that
// of a document that was erased before it was sent.
const (
	codeNoTarget   = "no_target"
	codePhotoFile  = "photo_file"
	codeNoText     = "no_text"
	codeNoDocument = "no_document"
)

func (o *outbox) connected() bool {
	r, ok := o.platform.(Readier)
	return !ok || r.Ready()
}

// outbound makes the network message of a delivery.
func (o *outbox) outbound(ctx context.Context, c *storage.Claimed) (messages.Outbound, error) {
	d, part := c.Delivery, c.Part.For(c.Chat.Kind)
	m := messages.Outbound{
		To:     messages.Address{Platform: o.platform.Platform(), Account: o.platform.Account(), Chat: c.Chat.Address},
		Kind:   c.Chat.Kind,
		Action: d.Action, Thread: cmp.Or(d.Thread, c.Chat.Thread), Body: part.Body, Place: part.Place, Choices: part.Choices, How: part.How, Silent: part.Silent,
		ReplyTo: d.ReplyMessage, Target: d.TargetMessage, Key: keyFor(d),
	}
	origin := ""
	if c.Origin != nil && c.Origin.ChatID == d.ChatID {
		origin = c.Origin.MessageID
	}
	switch d.Action {
	case messages.Send:
		if origin != "" {
			m.ReplyTo = origin
		}
	case messages.Edit, messages.Withdraw, messages.Unbutton:
		if m.Target == "" {
			m.Target = origin
		}
		switch {
		case m.Target != "":
		case d.Anew && c.Origin != nil && c.Origin.State == storage.SentState: // its chat moved since
			m.Action = messages.Send
		default: // it was never sent, so there is nothing to change
			return m, &messages.SendError{Code: codeNoTarget}
		}
	case messages.LeaveChat:
	}
	if c.Part.Chart != nil {
		m.Photo = o.draw(c.Part.Chart)
	}
	if c.Part.Document != nil && m.Action == messages.Send {
		var err error
		if m.Document, err = o.document(ctx, *c.Part.Document); err != nil {
			return m, err
		}
	}
	if c.Part.Photo == "" {
		return m, nil
	}
	photo, err := o.photo(ctx, c.Part.Photo)
	if photo != nil {
		photo.Covered = part.Covered
	}
	m.Photo = photo
	return m, err
}

// keyFor names a delivery for networks that drop repeats by a message's id: it stays the same however often it is sent.
func keyFor(d storage.Delivery) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%d", d.Cause, d.ChatID, d.Part))
	return hex.EncodeToString(sum[:16])
}

// nameOf is the network's id of a delivery where it follows from the key; empty: only the network knows.
func nameOf(platform string, d storage.Delivery) string {
	if platform == "whatsapp" {
		return whatsapp.MessageID(keyFor(d))
	}
	return ""
}

// photo is a stored photo as it is sent: by the network's own id where it has been sent before, else by its bytes.
func (o *outbox) photo(ctx context.Context, sha string) (*messages.Photo, error) {
	p := &messages.Photo{SHA256: sha}
	known := false
	if p.File, known = o.files.get(sha); known && p.File != "" {
		return p, nil
	}
	err := o.store.Read(ctx, func(tx *storage.Tx) (err error) {
		if !known {
			if p.File, err = tx.PhotoFile(sha, o.account); err != nil || p.File != "" {
				return err
			}
		}
		p.Data, err = tx.Photo(sha)
		return err
	})
	if errors.Is(err, storage.ErrNotFound) {
		return nil, &messages.SendError{Code: "no_photo", Cause: err}
	}
	if err == nil && p.File != "" {
		o.files.set(sha, p.File)
	}
	return p, err
}

// document is a stored document with its bytes. The networks' ids of documents are not kept: each is sent once.
func (o *outbox) document(ctx context.Context, d messages.Document) (*messages.Document, error) {
	err := o.store.Read(ctx, func(tx *storage.Tx) (err error) {
		d.Data, err = tx.Document(d.Key)
		return err
	})
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrUnreadable) {
		return nil, &messages.SendError{Code: codeNoDocument, Cause: err}
	}
	return &d, err
}

// photoFiles remembers the network's ids of photos; an empty one: it is known that there is none.
type photoFiles struct {
	mu    sync.Mutex
	known map[string]string
}

const filesKept = 256

func newPhotoFiles() *photoFiles { return &photoFiles{known: map[string]string{}} }

func (p *photoFiles) get(sha string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	file, ok := p.known[sha]
	return file, ok
}

func (p *photoFiles) set(sha, file string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= filesKept {
		clear(p.known)
	}
	p.known[sha] = file
}
