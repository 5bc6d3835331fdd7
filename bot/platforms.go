package bot

import (
	"context"
	"net/http"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram"
	"github.com/buurtbode/buurtbode/bot/webchat"
	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/messages"
)

// Platform connects the bot to one account of one network.
type Platform interface {
	// Platform is the network's name: "telegram".
	Platform() string
	// Account is the bot's own id on the network. It never changes.
	Account() string
	// Run connects and hands every arriving message to receive until ctx ends; then it returns nil. The network may be
	// told that a message arrived only after receive returned nil: a crash before that must bring the message back.
	Run(ctx context.Context, receive func(context.Context, messages.Inbound) error) error
	// Send delivers one message and blocks until the network has answered. A *messages.SendError says whether and when to
	// try again, whether the chat moved, and whether it is gone.
	Send(ctx context.Context, m messages.Outbound) (messages.Sent, error)
	// Limits tells what the network allows: length of a text and a caption, the edit window, rates.
	Limits() messages.Limits
}

// The platforms there are. A new one is a folder beside this file, and a line here.
var (
	_ Platform = (*telegram.Telegram)(nil)
	_ Menus    = (*telegram.Telegram)(nil)
	_ Linker   = (*telegram.Telegram)(nil)
	_ Checker  = (*telegram.Telegram)(nil)
	_ Readier  = (*telegram.Telegram)(nil)
	_ Hooked   = (*telegram.Telegram)(nil)

	_ ChatChecker = (*telegram.Telegram)(nil)

	_ Platform = (*whatsapp.WhatsApp)(nil)
	_ Linker   = (*whatsapp.WhatsApp)(nil)
	_ Checker  = (*whatsapp.WhatsApp)(nil)
	_ Readier  = (*whatsapp.WhatsApp)(nil)
	_ Pauser   = (*whatsapp.WhatsApp)(nil)

	_ Platform = (*webchat.Webchat)(nil)
	_ Menus    = (*webchat.Webchat)(nil)
	_ Linker   = (*webchat.Webchat)(nil)
	_ Readier  = (*webchat.Webchat)(nil)
)

// Menus is a platform that shows its users which commands there are.
type Menus interface {
	// SetMenus replaces the menus. It may be called again.
	SetMenus(ctx context.Context, all []messages.Menu) error
}

// Linker is a platform on which a link can open the private chat with the bot.
type Linker interface {
	// StartLink is such a link; empty as long as it isn't known.
	StartLink(payload string) string
}

// Checker is a platform that can tell how it is set up.
type Checker interface {
	// Check asks the network and says what it found, for the operator.
	Check(ctx context.Context) []messages.Finding
}

// ChatChecker is a platform that can tell whether the bot may do its work in a chat.
type ChatChecker interface {
	// CheckChat asks the network what the bot lacks in a group or channel, and what to do about it; empty: nothing.
	CheckChat(ctx context.Context, chat string, kind messages.ChatKind) (trouble string)
}

// Hooked is a platform whose network can bring messages to the bot's web server.
type Hooked interface {
	// Hook is the path there, and what takes the messages; with an empty path none are brought.
	Hook() (path string, takes http.Handler)
}

// Readier is a platform that knows whether it is connected.
type Readier interface {
	Ready() bool
}

// Pauser is a platform whose network may forbid it to send for a while.
type Pauser interface {
	// Paused is until when nothing may be sent, in real time, and why, for the operator; the zero time: all is well.
	Paused() (until time.Time, why string)
}
