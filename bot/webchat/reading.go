package webchat

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// errNoPhoto says that a photo is not kept, or not for this person.
var errNoPhoto = errors.New("webchat: no such photo")

// since gives what changed in the chats after rev, in the order of the changes, and the Rev to go on from. After 0 it
// gives the latest messages of every chat.
func (b *book) since(ctx context.Context, chats []string, rev int64) ([]*Message, int64, error) {
	for _, chat := range chats {
		if _, err := b.open(ctx, chat); err != nil {
			return nil, 0, err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []*Message
	for _, chat := range chats {
		p := b.chats[chat]
		if p == nil {
			continue // put away a moment ago: the next look opens it again
		}
		list := p.list
		if rev == 0 {
			list = list[max(0, len(list)-firstPage):]
		}
		for _, m := range list {
			if m.Rev > rev {
				out = append(out, m)
			}
		}
	}
	slices.SortFunc(out, func(a, b *Message) int { return cmp.Compare(a.Rev, b.Rev) })
	if n := len(out); n > 0 {
		rev = out[n-1].Rev
	}
	return out, rev, nil
}

// earlier gives messages of a chat from before an ID, the oldest first, and whether there are still earlier ones.
func (b *book) earlier(ctx context.Context, chat string, before int64) (list []*Message, more bool, err error) {
	p, err := b.open(ctx, chat)
	if err != nil {
		return nil, false, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	end, _ := p.index(before)
	begin := max(0, end-firstPage)
	return slices.Clone(p.list[begin:end]), begin > 0, nil
}

// glance is how a chat looks to a person in the list of chats.
type glance struct {
	unread int
	first  int64 // ID of the oldest message that a page gets at first; 0: the chat's first
	read   int64
}

func (b *book) glance(ctx context.Context, chat, person string) (glance, error) {
	p, err := b.open(ctx, chat)
	if err != nil {
		return glance{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	g := glance{read: p.read[person]}
	if begin := len(p.list) - firstPage; begin > 0 {
		g.first = p.list[begin].ID
	}
	for i := len(p.list) - 1; i >= 0 && p.list[i].ID > g.read; i-- {
		if m := p.list[i]; m.From != person && !m.Withdrawn && m.Event == "" {
			g.unread++
		}
	}
	return g, nil
}

// read remembers that a person has read a chat up to an ID.
func (b *book) read(ctx context.Context, chat, person string, id int64) error {
	p, err := b.open(ctx, chat)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(p.list); n > 0 && id > p.read[person] {
		p.read[person] = min(id, p.list[n-1].ID)
		b.wake()
	}
	return nil
}

// keepPhoto keeps a JPEG and gives its key.
func (b *book) keepPhoto(ctx context.Context, jpeg []byte) (string, error) {
	sum := sha256.Sum256(jpeg)
	key := hex.EncodeToString(sum[:])
	if b.journal != nil {
		if err := b.journal.SavePhoto(ctx, key, jpeg); err != nil {
			return "", fmt.Errorf("webchat: %w", err)
		}
	}
	b.remember(key, jpeg)
	return key, nil
}

func (b *book) remember(key string, jpeg []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.photos[key]; ok {
		return
	}
	if b.journal != nil && b.photoLen+len(jpeg) > maxPhotos {
		clear(b.photos)
		b.photoLen = 0
	}
	b.photos[key] = jpeg
	b.photoLen += len(jpeg)
}

// photo gives a JPEG by its key.
func (b *book) photo(ctx context.Context, key string) ([]byte, error) {
	b.mu.Lock()
	jpeg, ok := b.photos[key]
	b.mu.Unlock()
	if ok {
		return jpeg, nil
	}
	if b.journal == nil {
		return nil, errNoPhoto
	}
	jpeg, err := b.journal.Photo(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("webchat: %w", err)
	}
	b.remember(key, jpeg)
	return jpeg, nil
}

// shows tells whether a photo stands in one of the chats.
func (b *book) shows(ctx context.Context, chats []string, key string) bool {
	return b.standing(ctx, chats, func(m *Message) bool { return m.Photo == key }) != nil
}

// Messages are all messages of a chat, the oldest first.
func (w *Webchat) Messages(ctx context.Context, chat string) ([]Message, error) {
	p, err := w.book.open(ctx, chat)
	if err != nil {
		return nil, err
	}
	w.book.mu.Lock()
	defer w.book.mu.Unlock()
	out := make([]Message, 0, len(p.list))
	for _, m := range p.list {
		out = append(out, *m)
	}
	return out, nil
}

// Read marks a chat as read by a person up to a message.
func (w *Webchat) Read(ctx context.Context, person, chat string, id int64) error {
	return w.book.read(ctx, chat, person, id)
}
