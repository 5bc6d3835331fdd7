package messages

import (
	"fmt"
	"time"
)

// Choice is one thing a reader can pick: a button where the platform has them, a numbered line where it has not.
type Choice struct {
	Number int    `json:"n,omitempty"` // as the reader types it; 0: no number
	Label  string `json:"l"`
	Data   string `json:"d,omitempty"` // comes back in Inbound.Tapped; at most 64 bytes (Telegram's callback_data)
	Start  string `json:"s,omitempty"` // opens the private chat with this payload instead
	Link   string `json:"u,omitempty"` // opens this address instead
}

// Caption is the label with its number, as it stands on a button.
func (c Choice) Caption() string {
	if c.Number == 0 {
		return c.Label
	}
	return fmt.Sprintf("%d. %s", c.Number, c.Label)
}

// Action is what one network message does.
type Action string

// The actions of a delivery.
const (
	Send      Action = "send"     // a new message
	Edit      Action = "edit"     // new text for an earlier message
	Withdraw  Action = "withdraw" // removes an earlier message
	Unbutton  Action = "unbutton" // takes the choices away from an earlier message
	LeaveChat Action = "leave"    // leaves the chat
)

// Outbound is one network message.
type Outbound struct {
	To       Address
	Kind     ChatKind
	Action   Action
	Thread   string
	Body     Rich
	Photo    *Photo
	Document *Document // with its bytes; never beside a photo
	Place    *Place
	Choices  []Choice
	How      Rich   // how to choose, where the network has no buttons; empty: nothing to say
	ReplyTo  string // the platform's id of the message that this one answers
	Target   string // the platform's id of the message that is edited, withdrawn or unbuttoned
	Key      string // stable: derived from cause, chat and part; a repeat has the same key
	Silent   bool   // arrives without a sound, where the platform can
}

// Sent is what the network gave for a message that it took.
type Sent struct {
	ID        string // the network's id of the message
	PhotoFile string // the network's id of the photo that went with it, to send it again without its bytes
}

// MenuEntry is one command in the menu that a network shows beside the typing box.
type MenuEntry struct{ Name, Description string }

// Menu is the list of commands for chats of one kind in one language; an empty language is for everyone else.
type Menu struct {
	Kind     ChatKind
	Language string
	Entries  []MenuEntry
}

// Finding is one thing that an adapter found out about its own set-up.
type Finding struct {
	OK   bool
	Text string // for the operator, in English, without secrets
}

// Limits is what a network allows.
type Limits struct {
	Text       int           // longest text, in UTF-16 code units
	Caption    int           // longest text under a photo or a document, in UTF-16 code units
	Buttons    bool          // false: choices become numbered lines
	EditWindow time.Duration // how long after sending a message can be edited; 0: always
	Workers    int           // sends under way at once
	Rate       float64       // messages a second for the account, in all
	Jitter     float64       // by which part of it the time between two messages varies
	DirectRate float64       // messages a second to one person
	GroupRate  float64       // messages a minute to one group or channel
}

// SendError tells the outbox what a failed send means. It never holds text, tokens or numbers of people.
type SendError struct {
	Code    string        // short and stable: "429", "403", "network", ...
	Retry   bool          // the same message may succeed later
	After   time.Duration // the network's own word on when; 0: it did not say
	Slow    bool          // the account sent too fast: everyone waits
	MovedTo string        // the chat goes on under this id
	Gone    bool          // the chat is gone for the bot: blocked, kicked or deleted
	Cause   error
}

// Error says what happened, for the log.
func (e *SendError) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("send: %s: %v", e.Code, e.Cause)
	}
	return "send: " + e.Code
}

// Unwrap gives the cause.
func (e *SendError) Unwrap() error { return e.Cause }
