package storage

import (
	"errors"
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// ChatState tells whether the bot can still write to a chat.
type ChatState string

// The states of a chat.
const (
	ChatActive ChatState = "active"
	ChatGone   ChatState = "gone" // blocked, kicked, left or deleted: nothing more is queued for it
)

// Chat is one chat that the bot is or was in.
type Chat struct {
	ID        int64
	AccountID int64
	Address   string // the platform's id
	Thread    string // topic in which the bot speaks, or empty
	Kind      messages.ChatKind
	Title     string
	Language  string // of a group or channel; a private chat speaks its person's
	State     ChatState
	AreaID    *int64 // set: this is the admin group, or the channel, of that area
	LinkedAt  int64  // UTC milliseconds
	LeaveAt   int64  // UTC milliseconds; 0: stays. Of a private chat: when the last of an erased person is deleted
	Weekly    bool   // of a channel: the weekly summary of its area is wanted there as well
	Audience  string // whose admins are in it: Residents, Entrepreneurs; empty: both
	Quiet     string // the hours in which only what is urgent is said: "22-7"; "off": none
	CreatedAt int64
	Platform  string `gorm:"->"` // of its account
}

// Linked tells whether the chat is an area's admin group or channel.
func (c Chat) Linked() bool { return c.AreaID != nil }

const chatColumns = "SELECT chats.*, accounts.platform FROM chats JOIN accounts ON accounts.id = chats.account_id "

// EnsureChat finds the chat of an address, or adds it, and keeps its title. A chat that was gone and speaks is active again.
func (tx *Tx) EnsureChat(at messages.Address, kind messages.ChatKind, title string, now time.Time) (Chat, error) {
	account, err := tx.Account(at.Platform, at.Account)
	if err != nil {
		return Chat{}, err
	}
	c, err := tx.chat("WHERE chats.account_id = ? AND chats.address = ?", account, at.Chat)
	if errors.Is(err, ErrNotFound) {
		insert := "INSERT INTO chats (account_id, address, kind, title, created_at) VALUES (?, ?, ?, ?, ?)"
		if err := tx.db.Exec(insert, account, at.Chat, kind, title, millis(now)).Error; err != nil {
			return Chat{}, fmt.Errorf("add chat: %w", err)
		}
		return tx.chat("WHERE chats.account_id = ? AND chats.address = ?", account, at.Chat)
	}
	if err != nil {
		return Chat{}, err
	}
	if c.Title != title && title != "" || c.State != ChatActive {
		if title != "" {
			c.Title = title
		}
		c.State = ChatActive
		err = tx.db.Exec("UPDATE chats SET title = ?, state = ? WHERE id = ?", c.Title, c.State, c.ID).Error
	}
	return c, wrap(err, "update chat")
}

// Chat finds a chat by our own id.
func (tx *Tx) Chat(id int64) (Chat, error) { return tx.chat("WHERE chats.id = ?", id) }

// FindChat finds the chat of an address, without adding it.
func (tx *Tx) FindChat(at messages.Address) (Chat, error) {
	return tx.chat("WHERE accounts.platform = ? AND accounts.account = ? AND chats.address = ?", at.Platform, at.Account, at.Chat)
}

func (tx *Tx) chat(where string, args ...any) (Chat, error) {
	var c Chat
	err := tx.db.Raw(chatColumns+where, args...).Take(&c).Error
	return c, notFound(err, "chat")
}

// ChatsOfArea are the active admin groups of an area.
func (tx *Tx) ChatsOfArea(area int64) ([]Chat, error) {
	var out []Chat
	err := tx.db.Raw(chatColumns+"WHERE chats.area_id = ? AND chats.state = ? AND chats.kind = ? ORDER BY chats.id", area, ChatActive, messages.Group).Scan(&out).Error
	return out, wrap(err, "chats of area")
}

// LinkedChats are the active admin groups and channels on an account, the oldest first.
func (tx *Tx) LinkedChats(platform, account string) ([]Chat, error) {
	var out []Chat
	err := tx.db.Raw(chatColumns+"WHERE chats.area_id IS NOT NULL AND chats.state = ? AND accounts.platform = ? AND accounts.account = ? ORDER BY chats.id",
		ChatActive, platform, account).Scan(&out).Error
	return out, wrap(err, "linked chats")
}

// MutedChats are the linked groups and channels of an account in which the bot may not write: what it said there last did
// not arrive.
func (tx *Tx) MutedChats(platform, account string) ([]Chat, error) {
	var out []Chat
	err := tx.db.Raw(chatColumns+`WHERE chats.area_id IS NOT NULL AND chats.state = ? AND accounts.platform = ? AND accounts.account = ?
		AND EXISTS (SELECT 1 FROM deliveries WHERE deliveries.state = 'failed' AND deliveries.error = ? AND deliveries.id =
			(SELECT MAX(id) FROM deliveries WHERE deliveries.chat_id = chats.id AND deliveries.state IN ('sent', 'failed')))
		ORDER BY chats.id`, ChatActive, platform, account, NoRights).Scan(&out).Error
	return out, wrap(err, "muted chats")
}

// LinkChat makes the chat the admin group or channel of an area, in the topic thread. What was wanted there for another
// area ends.
func (tx *Tx) LinkChat(chat, area int64, thread string, now time.Time) error {
	err := tx.db.Exec(`UPDATE chats SET weekly = CASE WHEN area_id = ? THEN weekly ELSE FALSE END,
		area_id = ?, thread = ?, linked_at = ?, leave_at = 0 WHERE id = ?`, area, area, thread, millis(now), chat).Error
	return wrap(err, "link chat")
}

// SetChatLanguage sets the language of a group or channel.
func (tx *Tx) SetChatLanguage(chat int64, lang string) error {
	return wrap(tx.db.Exec("UPDATE chats SET language = ? WHERE id = ?", lang, chat).Error, "set chat language")
}

// SetLeaveAt says when the bot leaves a chat that is not linked by then; the zero time: it stays.
func (tx *Tx) SetLeaveAt(chat int64, at time.Time) error {
	return wrap(tx.db.Exec("UPDATE chats SET leave_at = ? WHERE id = ?", millis(at), chat).Error, "set leave time")
}

// ChatsToLeave are the active groups and channels whose time to leave has come.
func (tx *Tx) ChatsToLeave(now time.Time) ([]Chat, error) {
	var out []Chat
	err := tx.db.Raw(chatColumns+"WHERE chats.leave_at > 0 AND chats.leave_at <= ? AND chats.state = ? AND chats.kind <> ? ORDER BY chats.id",
		millis(now), ChatActive, messages.Direct).Scan(&out).Error
	return out, wrap(err, "chats to leave")
}

// NextToLeave is when the next group or channel is left; the zero time: none is.
func (tx *Tx) NextToLeave() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(leave_at), 0) FROM chats WHERE leave_at > 0 AND state = ? AND kind <> ?", ChatActive, messages.Direct)
}

// ChatGone marks a chat that the bot can't write to any more, and drops what was queued for it.
func (tx *Tx) ChatGone(chat int64, now time.Time) error {
	leave := "UPDATE chats SET state = ?, leave_at = CASE WHEN kind = ? THEN leave_at ELSE 0 END WHERE id = ?"
	if err := tx.db.Exec(leave, ChatGone, messages.Direct, chat).Error; err != nil {
		return wrap(err, "mark chat gone")
	}
	err := tx.db.Exec("UPDATE deliveries SET state = 'cancelled', error = 'gone', done_at = ? WHERE chat_id = ? AND state IN ('queued', 'held')", millis(now), chat).Error
	return wrap(err, "cancel deliveries of a gone chat")
}

// MoveChat follows a chat to its new address (a Telegram group that became a supergroup). Where the bot already knows
// the new address as a chat of its own, the two become one. What the network called messages under the old address means
// nothing under the new one, or another message: nothing answers or changes those any more.
func (tx *Tx) MoveChat(chat int64, to string) error {
	c, err := tx.Chat(chat)
	if err != nil || c.Address == to {
		return err
	}
	for _, q := range []string{
		"UPDATE deliveries SET message_id = '' WHERE chat_id = ? AND message_id <> ''",
		"UPDATE deliveries SET reply_message = '', target_message = '' WHERE chat_id = ? AND state IN ('queued', 'held', 'sending')",
	} {
		if err := tx.db.Exec(q, chat).Error; err != nil {
			return wrap(err, "move chat")
		}
	}
	other, err := tx.chat("WHERE chats.account_id = ? AND chats.address = ?", c.AccountID, to)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	default:
		if err := tx.takeIn(c, other); err != nil {
			return err
		}
	}
	return wrap(tx.db.Exec("UPDATE chats SET address = ?, state = ? WHERE id = ?", to, ChatActive, chat).Error, "move chat")
}

// takeIn gives everything of another chat to c and drops the other: its deliveries but those that c has too, its people,
// and the area that it was linked to where c has none.
func (tx *Tx) takeIn(c, other Chat) error {
	const deliveries = `UPDATE deliveries SET chat_id = ? WHERE chat_id = ? AND NOT EXISTS (SELECT 1 FROM deliveries d
		WHERE d.cause = deliveries.cause AND d.part = deliveries.part AND d.chat_id = ?)`
	if err := tx.db.Exec(deliveries, c.ID, other.ID, c.ID).Error; err != nil {
		return wrap(err, "move deliveries")
	}
	if err := tx.db.Exec("UPDATE identities SET chat_id = ? WHERE chat_id = ?", c.ID, other.ID).Error; err != nil {
		return wrap(err, "move identities")
	}
	if err := tx.db.Exec("DELETE FROM forms WHERE chat_id = ?", other.ID).Error; err != nil {
		return wrap(err, "drop forms of a moved chat")
	}
	if other.Linked() && !c.Linked() {
		if err := tx.LinkChat(c.ID, *other.AreaID, other.Thread, At(other.LinkedAt)); err != nil {
			return err
		}
		if err := tx.SetAudience(c.ID, other.Audience); err != nil {
			return err
		}
		if err := tx.SetQuiet(c.ID, other.Quiet); err != nil {
			return err
		}
	}
	return wrap(tx.db.Exec("DELETE FROM chats WHERE id = ?", other.ID).Error, "drop moved chat")
}

func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// The audiences of an admin group: a shopping street has its own (domain.md, section 2). Most groups have none.
const (
	Residents     = "residents"
	Entrepreneurs = "entrepreneurs"
)

// ofAudience is a condition on chats: those that an alert for an audience goes to, everybody's or one only.
func ofAudience(audience string) string {
	switch audience {
	case Residents:
		return " AND chats.audience <> '" + Entrepreneurs + "'"
	case Entrepreneurs:
		return " AND chats.audience = '" + Entrepreneurs + "'"
	}
	return ""
}

// LinkedGroups counts the active admin groups of each area that has any for an audience; empty: for everybody.
func (tx *Tx) LinkedGroups(audience string) (map[int64]int, error) {
	return tx.linked("kind = 'group'" + ofAudience(audience))
}

// LinkedChannels counts the active channels of each area that has any.
func (tx *Tx) LinkedChannels() (map[int64]int, error) { return tx.linked("kind = 'channel'") }

func (tx *Tx) linked(where string) (map[int64]int, error) {
	var rows []struct {
		AreaID int64
		N      int
	}
	err := tx.db.Raw("SELECT area_id, COUNT(*) AS n FROM chats WHERE area_id IS NOT NULL AND state = 'active' AND " + where + " GROUP BY area_id").Scan(&rows).Error
	out := make(map[int64]int, len(rows))
	for _, r := range rows {
		out[r.AreaID] = r.N
	}
	return out, wrap(err, "linked chats")
}

// SetAudience says whether a group is only for residents' or entrepreneurs' admins; empty: for both.
func (tx *Tx) SetAudience(chat int64, audience string) error {
	return wrap(tx.db.Exec("UPDATE chats SET audience = ? WHERE id = ?", audience, chat).Error, "set audience")
}
