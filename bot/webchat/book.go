package webchat

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
)

// Bounds of what is kept in memory.
const (
	maxLoaded = 2000     // chats, where a journal can give them back
	maxPhotos = 32 << 20 // bytes, likewise
	firstPage = 200      // messages of a chat that a page gets at first, and each time it asks for earlier ones
)

// book keeps the messages of all chats. Pages follow it by the Rev of messages: what changed after the last Rev that a
// page saw is all it needs, so nothing is lost or doubled however often its connection drops.
type book struct {
	journal Journal
	epoch   string // of this process: Revs of another one mean nothing, so a page begins anew

	mu       sync.Mutex
	rev      int64
	chats    map[string]*pages
	photos   map[string][]byte
	photoLen int
	watchers map[chan struct{}]bool
}

// pages are the messages of one chat.
type pages struct {
	writing sync.Mutex // held by who changes the chat, so that the order of Revs is that of the changes
	list    []*Message // by ID; a Message is replaced, never changed
	byKey   map[string]int
	read    map[string]int64 // by person, the last ID that was read
}

func newBook(j Journal) *book {
	return &book{
		journal: j, epoch: rand.Text()[:8], chats: map[string]*pages{}, photos: map[string][]byte{}, watchers: map[chan struct{}]bool{},
	}
}

// start finds out where the journal ended.
func (b *book) start(ctx context.Context) error {
	if b.journal == nil {
		return nil
	}
	last, err := b.journal.Last(ctx)
	if err != nil {
		return fmt.Errorf("webchat: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rev = max(b.rev, last)
	return nil
}

func (p *pages) put(m *Message) {
	i, found := p.index(m.ID)
	if found {
		p.list[i] = m
		return
	}
	p.list = slices.Insert(p.list, i, m)
	if m.Key != "" {
		p.byKey[m.From+" "+m.Key] = i
	}
}

func (p *pages) index(id int64) (int, bool) {
	return slices.BinarySearchFunc(p.list, id, func(m *Message, id int64) int { return cmp.Compare(m.ID, id) })
}

func (p *pages) find(id int64) *Message {
	if i, ok := p.index(id); ok {
		return p.list[i]
	}
	return nil
}

// keyed finds a message by what makes a repeat of it the same message.
func (p *pages) keyed(from, key string) *Message {
	if i, ok := p.byKey[from+" "+key]; ok {
		return p.list[i]
	}
	return nil
}

func (p *pages) next() int64 {
	if len(p.list) == 0 {
		return 1
	}
	return p.list[len(p.list)-1].ID + 1
}

// open gives the pages of a chat, from the journal where it has them.
func (b *book) open(ctx context.Context, chat string) (*pages, error) {
	b.mu.Lock()
	p := b.chats[chat]
	b.mu.Unlock()
	if p != nil {
		return p, nil
	}
	fresh := &pages{byKey: map[string]int{}, read: map[string]int64{}}
	if b.journal != nil {
		all, err := b.journal.Load(ctx, chat)
		if err != nil {
			return nil, fmt.Errorf("webchat: %w", err)
		}
		for i := range all {
			m := &all[i]
			fresh.put(m)
			if m.From != "" {
				fresh.read[m.From] = m.ID // who spoke has read what stood there
			}
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.chats[chat]; p != nil {
		return p, nil
	}
	if b.journal != nil && len(b.chats) >= maxLoaded {
		for other, q := range b.chats {
			if q.writing.TryLock() { // nobody changes it: the journal has all of it
				delete(b.chats, other)
				q.writing.Unlock()
				break
			}
		}
	}
	b.chats[chat] = fresh
	return fresh, nil
}

// change lets do say what becomes of a chat: a message to add or to put in the place of the one with its ID, or nil.
// It gives that message with its new Rev.
func (b *book) change(ctx context.Context, chat string, do func(p *pages) *Message) (*Message, error) {
	p, err := b.lock(ctx, chat)
	if err != nil {
		return nil, err
	}
	defer p.writing.Unlock()
	m := do(p)
	if m == nil {
		return nil, nil
	}
	m.Chat = chat
	b.mu.Lock()
	b.rev++
	m.Rev = b.rev
	if b.journal != nil {
		b.mu.Unlock()
		if err := b.journal.Save(ctx, *m); err != nil {
			return nil, fmt.Errorf("webchat: %w", err)
		}
		b.mu.Lock()
	}
	p.put(m)
	if m.From != "" {
		p.read[m.From] = max(p.read[m.From], m.ID)
	}
	b.wake()
	b.mu.Unlock()
	return m, nil
}

// lock gives the pages of a chat, held for writing.
func (b *book) lock(ctx context.Context, chat string) (*pages, error) {
	for {
		p, err := b.open(ctx, chat)
		if err != nil {
			return nil, err
		}
		p.writing.Lock()
		b.mu.Lock()
		current := b.chats[chat] == p // it may have been put away meanwhile
		b.mu.Unlock()
		if current {
			return p, nil
		}
		p.writing.Unlock()
	}
}

// watch gives a channel on which something comes after every change, until stop is called.
func (b *book) watch() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watchers[c] = true
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, c)
	}
}

// wake tells all watchers; b.mu is held.
func (b *book) wake() {
	for c := range b.watchers {
		select {
		case c <- struct{}{}:
		default: // it has not seen the last change yet
		}
	}
}

// changed tells all watchers that something other than a message changed.
func (b *book) changed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wake()
}
