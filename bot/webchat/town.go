package webchat

import (
	"context"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// Person is somebody whose phone the page shows.
type Person struct {
	ID       string
	Name     string
	Language string       // BCP 47 tag of the person's app
	About    messages.Say // who it is, in a few words
	Phone    string       // the own number, to share as a contact; empty: the page asks for it
}

// Member is a person in a group or channel.
type Member struct {
	Person string
	Admin  bool // an administrator of the group
	Reads  bool // may only read, as most people in a channel
}

// Chat is one chat of the bot with one or more people.
type Chat struct {
	ID      string
	Kind    messages.ChatKind
	Title   string // of a group or channel
	Members []Member
	Left    bool // the bot is no longer in it
}

// Member finds a person among the members.
func (c Chat) Member(person string) (Member, bool) {
	for _, m := range c.Members {
		if m.Person == person {
			return m, true
		}
	}
	return Member{}, false
}

// Town knows the people and the chats. Its answers may change at any time; Webchat.Changed tells the pages so.
type Town interface {
	// Person finds somebody by id.
	Person(id string) (Person, bool)
	// Chat finds a chat by id.
	Chat(id string) (Chat, bool)
	// Chats are the chats of a person, in the order in which the page lists them at first.
	Chats(person string) []Chat
	// Leave takes the bot out of a group or channel.
	Leave(chat string)
}

// Stage is a town to play with: the page lets its visitor be anyone in it and put the clock forward.
type Stage interface {
	// People are those whom one can be, in order; the first is shown at first.
	People() []Person
	// Places are places to share.
	Places() []messages.Place
	// Ahead is how far the town's clock is ahead of real time.
	Ahead() time.Duration
	// Forward turns the clock, through everything that is due on the way, and blocks until all of it was said.
	Forward(ctx context.Context, step Step) error
}

// Step is how far the clock is put forward.
type Step string

// The steps that the page offers.
const (
	Hour   Step = "hour"
	Day    Step = "day"
	Monday Step = "monday" // to the next Monday, 09:00
)

// Journal keeps messages beyond the process. Its methods may be called from several goroutines.
type Journal interface {
	// Last is the highest Rev there is; 0: none.
	Last(ctx context.Context) (int64, error)
	// Load gives the messages of a chat by their IDs, the oldest first.
	Load(ctx context.Context, chat string) ([]Message, error)
	// Save adds a message, or replaces the one of the same chat and ID.
	Save(ctx context.Context, m Message) error
	// Photo gives the JPEG of a key. It fails when there is none.
	Photo(ctx context.Context, key string) ([]byte, error)
	// SavePhoto keeps a JPEG under its key, the SHA-256 in hex.
	SavePhoto(ctx context.Context, key string, jpeg []byte) error
}
