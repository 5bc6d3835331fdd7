package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// network is a chat network for tests, and the Platform that connects to it. It remembers what it took, and a test
// makes it slow, strict or broken.
type network struct {
	account string
	limits  messages.Limits

	mu       sync.Mutex
	taken    []taken
	tries    int
	underway int
	most     int                                         // sends under way at once
	moved    map[string]string                           // chats that go on under another address
	gone     map[string]bool                             // chats that are gone for the bot
	refuse   func(m messages.Outbound) error             // asked first
	hold     chan struct{}                               // while it is open, sends hang
	files    map[string]string                           // photos that it knows, by file id
	strict   func(now time.Time) (tooFast time.Duration) // above 0: it was too much
	receive  func(context.Context, messages.Inbound) error
	ready    bool
}

// taken is a message that the network took.
type taken struct {
	messages.Outbound
	ID string
	At time.Time
}

func newNetwork() *network {
	return &network{
		account: "1", limits: messages.Limits{Text: 4096, Caption: 1024, Workers: 4},
		moved: map[string]string{}, gone: map[string]bool{}, files: map[string]string{},
	}
}

func (n *network) Platform() string        { return "telegram" }
func (n *network) Account() string         { return n.account }
func (n *network) Limits() messages.Limits { return n.limits }

func (n *network) Ready() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.ready
}

// Run takes messages from the test until ctx ends.
func (n *network) Run(ctx context.Context, receive func(context.Context, messages.Inbound) error) error {
	n.mu.Lock()
	n.receive, n.ready = receive, true
	n.mu.Unlock()
	<-ctx.Done()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.receive, n.ready = nil, false
	return nil
}

// Send takes a message, or not.
func (n *network) Send(ctx context.Context, m messages.Outbound) (messages.Sent, error) {
	n.mu.Lock()
	n.tries++
	n.underway++
	n.most = max(n.most, n.underway)
	hold := n.hold
	n.mu.Unlock()
	defer func() {
		n.mu.Lock()
		n.underway--
		n.mu.Unlock()
	}()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return messages.Sent{}, &messages.SendError{Code: "network", Retry: true, Cause: ctx.Err()}
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.take(m)
}

func (n *network) take(m messages.Outbound) (messages.Sent, error) {
	now := realNow()
	if n.strict != nil {
		if wait := n.strict(now); wait > 0 {
			return messages.Sent{}, &messages.SendError{Code: "429", Retry: true, Slow: true, After: wait}
		}
	}
	if n.refuse != nil {
		if err := n.refuse(m); err != nil {
			return messages.Sent{}, err
		}
	}
	if to := n.moved[m.To.Chat]; to != "" {
		return messages.Sent{}, &messages.SendError{Code: "moved", MovedTo: to}
	}
	if n.gone[m.To.Chat] {
		return messages.Sent{}, &messages.SendError{Code: "403", Gone: true}
	}
	sent := messages.Sent{ID: fmt.Sprintf("m%d", len(n.taken)+1)}
	if m.Action != messages.Send {
		sent.ID = m.Target
	}
	if m.Photo != nil {
		file := m.Photo.File
		if len(m.Photo.Data) > 0 {
			file = "file of " + m.Photo.SHA256
			n.files[file] = m.Photo.SHA256
		}
		if n.files[file] == "" {
			return messages.Sent{}, &messages.SendError{Code: codePhotoFile, Retry: true}
		}
		sent.PhotoFile = file
	}
	n.taken = append(n.taken, taken{m, sent.ID, now})
	return sent, nil
}

// change alters the network while it is used.
func (n *network) change(do func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	do()
}

// heard is what a chat got, in order: the text of each message, with its action where that is another than sending.
func (n *network) heard(chat string) (out []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, t := range n.taken {
		if t.To.Chat != chat {
			continue
		}
		text := t.Body.String()
		if t.Action != messages.Send {
			text = string(t.Action) + " " + t.Target + ": " + text
		}
		out = append(out, text)
	}
	return out
}

func (n *network) all() []taken {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.taken)
}

func (n *network) counts() (taken, tries, underway, most int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.taken), n.tries, n.underway, n.most
}

// give lets a message arrive, as the network does: the error says that it must come again.
func (n *network) give(ctx context.Context, in messages.Inbound) error {
	n.mu.Lock()
	receive := n.receive
	n.mu.Unlock()
	if receive == nil {
		return errors.New("the platform doesn't run")
	}
	in.At.Platform, in.At.Account = n.Platform(), n.account
	if in.Kind == "" {
		in.Kind = messages.Direct
	}
	if in.From.ID == "" {
		in.From.ID = in.At.Chat
	}
	return receive(ctx, in)
}
