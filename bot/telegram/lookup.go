package telegram

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
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
	photoTimeout = 10 * time.Second
	maxPhoto     = 10 << 20 // bytes
)

// complete looks up what Telegram doesn't tell with the message: whether the sender of a command or a tap in a group is
// an administrator, and a private photo's bytes. It blocks for as long as the time-outs above at most; what can't be
// found out stays empty.
func (t *Telegram) complete(ctx context.Context, a *arrival) {
	in := &a.in
	if in.Kind == messages.Group && !in.From.Anonymous && (in.Tapped != "" || strings.HasPrefix(in.Text, "/")) {
		in.From.ChatAdmin = t.isAdmin(ctx, in.At.Chat, in.From.ID)
	}
	if a.file != "" {
		data, err := t.fetch(ctx, a.file, a.size)
		if err != nil {
			t.log.Warn("a photo could not be fetched", "update", a.update, "cause", err)
			return
		}
		in.Photo.Data = data
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
	person, err := strconv.ParseInt(user, 10, 64)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, adminTimeout)
	defer cancel()
	m, err := t.api.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: number(chat), UserID: person})
	if err != nil {
		t.log.Warn("asking who is an administrator failed", "cause", t.plain(err))
		return false
	}
	admin := m.Type == models.ChatMemberTypeOwner || m.Type == models.ChatMemberTypeAdministrator
	t.admins.put(chat, user, admin, t.now())
	return admin
}

var errTooLarge = errors.New("it is larger than 10 MB")

// fetch downloads a file that somebody sent: https://core.telegram.org/bots/api#getfile
func (t *Telegram) fetch(ctx context.Context, file string, size int64) ([]byte, error) {
	if size > maxPhoto {
		return nil, errTooLarge
	}
	ctx, cancel := context.WithTimeout(ctx, photoTimeout)
	defer cancel()
	f, err := t.api.GetFile(ctx, &bot.GetFileParams{FileID: file})
	if err != nil {
		return nil, t.plain(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.api.FileDownloadLink(f), nil)
	if err != nil {
		return nil, errors.New("the file's address is malformed")
	}
	resp, err := t.http.calls.Do(req)
	if err != nil {
		return nil, t.http.netError(ctx, "file", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &netError{Method: "file", Code: strconv.Itoa(resp.StatusCode), Cause: "not delivered"}
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxPhoto+1))
	if err != nil {
		return nil, t.http.netError(ctx, "file", err)
	}
	if len(data) > maxPhoto {
		return nil, errTooLarge
	}
	return data, nil
}
