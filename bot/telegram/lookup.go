package telegram

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

// Limits of what is looked up about a message before it is received.
const (
	adminFor     = time.Minute // how long an answer about an administrator holds
	adminTimeout = 2 * time.Second
	maxAdmins    = 4096
	tapTimeout   = 5 * time.Second
	breakFor     = 10 * time.Second
)

// complete looks up what Telegram doesn't tell with the message: whether the sender of a command or a tap in a group is
// an administrator. It blocks for adminTimeout at most; what can't be found out is false.
func (t *Telegram) complete(ctx context.Context, in *messages.Inbound) {
	if in.Kind == messages.Group && !in.From.Anonymous && (in.Tapped != "" || strings.HasPrefix(in.Text, "/")) {
		in.From.ChatAdmin = t.isAdmin(ctx, in.At.Chat, in.From.ID)
	}
}

// breaker stops asking for a while after a question hung, so that a slow server holds up arriving messages once
// instead of each of them.
type breaker struct{ until atomic.Int64 }

func (b *breaker) open(now time.Time) bool { return now.UnixNano() < b.until.Load() }

func (b *breaker) after(err error, now time.Time) {
	var lost *netError
	if errors.As(err, &lost) && lost.Code == "timeout" {
		b.until.Store(now.Add(breakFor).UnixNano())
	}
}

// answerTaps tells Telegram that the taps arrived, so that the buttons stop turning. It doesn't wait.
func (t *Telegram) answerTaps(ctx context.Context, arrivals []arrival) {
	for _, a := range arrivals {
		if a.tap == "" {
			continue
		}
		t.background.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, tapTimeout)
			defer cancel()
			_, err := t.api.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: a.tap})
			if err != nil {
				t.log.Debug("a tap was not answered", "cause", t.plain(err))
			}
		})
	}
}

// adminCache remembers for a short time who is an administrator where.
type adminCache struct {
	mu    sync.Mutex
	known map[[2]string]adminEntry
}

type adminEntry struct {
	admin bool
	until time.Time
}

func newAdminCache() *adminCache { return &adminCache{known: map[[2]string]adminEntry{}} }

func (c *adminCache) get(chat, user string, now time.Time) (admin, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.known[[2]string{chat, user}]
	return e.admin, ok && now.Before(e.until)
}

func (c *adminCache) put(chat, user string, admin bool, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxAdmins {
		clear(c.known)
	}
	c.known[[2]string{chat, user}] = adminEntry{admin, now.Add(adminFor)}
}

func (t *Telegram) isAdmin(ctx context.Context, chat, user string) bool {
	if admin, ok := t.admins.get(chat, user, t.now()); ok {
		return admin
	}
	if t.adminBreak.open(t.now()) {
		return false
	}
	person, err := strconv.ParseInt(user, 10, 64)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, adminTimeout)
	defer cancel()
	m, err := t.api.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: number(chat), UserID: person})
	if err != nil {
		t.adminBreak.after(err, t.now())
		t.log.Warn("asking who is an administrator failed", "cause", t.plain(err))
		return false
	}
	admin := m.Type == models.ChatMemberTypeOwner || m.Type == models.ChatMemberTypeAdministrator
	t.admins.put(chat, user, admin, t.now())
	return admin
}
