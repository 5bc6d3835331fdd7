package storage

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"github.com/buurtbode/buurtbode/messages"
)

// Priority orders what waits in the outbox: the lowest number goes first.
type Priority int

// The priorities, most urgent first.
const (
	Answer       Priority = 1 // to what somebody just wrote
	Urgent       Priority = 2 // an alert
	Feedback     Priority = 3 // how an alert ended
	Reminder     Priority = 4
	Summary      Priority = 5
	Campaign     Priority = 6
	Housekeeping Priority = 9 // taking used buttons away
)

// DeliveryState is how far a delivery is.
type DeliveryState string

// The states of a delivery. Sent, Failed, Expired and Cancelled are for good.
const (
	Queued    DeliveryState = "queued"
	Held      DeliveryState = "held" // for the end of the night of its chat; then it is queued
	Sending   DeliveryState = "sending"
	SentState DeliveryState = "sent"
	Failed    DeliveryState = "failed"
	Expired   DeliveryState = "expired"
	Cancelled DeliveryState = "cancelled"
)

// NoRights is the error of a delivery to a group or channel in which the bot may not write.
const NoRights = "no_rights"

// Delivery is one network message, on its way or done: the queue and the record.
type Delivery struct {
	ID            int64
	Cause         string // why it is sent: "alert:12", "in:…"; with chat and part it is unique
	AccountID     int64
	ChatID        int64
	Part          int
	Action        messages.Action
	TextID        *int64
	Priority      Priority
	State         DeliveryState
	PersonID      *int64 // whose message it is: hears when it fails for good, and whose /revoke cancels it
	ReplyTo       *int64 // the delivery that it answers
	Thread        string // the topic that it goes to; empty: the one in which the bot speaks there; NoThread: none
	ReplyMessage  string // or the platform's id of the message that it answers
	TargetMessage string // the platform's id of the message that it changes
	MessageID     string // the platform's id, once sent; kept for good
	NotBefore     int64  // UTC milliseconds of real time: pacing and backoff are no matter of the domain clock
	ExpiresAt     int64  // UTC milliseconds of the domain clock; 0: never
	HeldUntil     int64  // UTC milliseconds of the domain clock; 0: it never waited for a morning
	Attempts      int
	Error         string // a short code, never text
	Owner         string // the process that is sending it
	Anew          bool   // of a change: where the message can't be changed any more, it is said anew
	CreatedAt     int64
	DoneAt        int64
}

// NoThread is the thread of what goes to a group outside all of its topics.
const NoThread = "0"

// Post is what all deliveries of one cause have in common.
type Post struct {
	Cause    string
	Priority Priority
	PersonID int64     // 0: nobody's
	Expires  time.Time // zero: never
	Now      time.Time
	// Held is until when chats are left in peace, by their quiet hours; what is urgent has none.
	Held   map[string]time.Time
	Action messages.Action // empty: a new message
	Anew   bool            // of a change: where a message can't be changed any more, it is said anew
}

// Variant is a language and a layout: the chats of one variant get the same text.
type Variant struct {
	Platform string
	Language string
}

func (v Variant) key() string { return v.Platform + "/" + v.Language }

// StoreText keeps the rendered parts of a cause in a variant, sealed, and gives their ids in order. What is stored
// already for that cause and variant stays.
func (tx *Tx) StoreText(cause string, v Variant, parts []messages.Part) ([]int64, error) {
	ids := make([]int64, len(parts))
	for i, p := range parts {
		body, err := json.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("store text: %w", err)
		}
		sealed, err := tx.Seal(string(body), "text")
		if err != nil {
			return nil, err
		}
		err = tx.db.Raw(`INSERT INTO texts (cause, variant, part, body, choices) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (cause, variant, part) DO UPDATE SET cause = excluded.cause RETURNING id`,
			cause, v.key(), i+1, sealed, len(p.Choices) > 0).Row().Scan(&ids[i])
		if err != nil {
			return nil, fmt.Errorf("store text: %w", err)
		}
	}
	return ids, nil
}

// ErrUnreadable says that something is not stored, or not as this program and key set wrote it.
var ErrUnreadable = errors.New("unreadable")

// Text opens a stored part. It fails with ErrUnreadable when that is the row's fault.
func (tx *Tx) Text(id int64) (messages.Part, error) {
	var sealed []byte
	var part messages.Part
	err := tx.db.Raw("SELECT body FROM texts WHERE id = ?", id).Row().Scan(&sealed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return part, fmt.Errorf("read text: %w", err)
	}
	body, err := tx.Unseal(sealed, "text")
	if err == nil {
		err = json.Unmarshal([]byte(body), &part)
	}
	if err != nil {
		return part, fmt.Errorf("read text: %w: %w", ErrUnreadable, err)
	}
	return part, nil
}

// Queue puts one delivery into the queue and gives it as it is stored. For a chat that is gone it does nothing: the id
// is 0 then. The same cause, chat and part are queued once; a second time the first one is given.
func (tx *Tx) Queue(d Delivery) (Delivery, error) {
	c, err := tx.Chat(d.ChatID)
	if err != nil {
		return d, err
	}
	if c.State == ChatGone {
		return d, nil
	}
	d.AccountID = c.AccountID
	if d.State == "" {
		d.State = Queued
	}
	if d.Action == "" {
		d.Action = messages.Send
	}
	if d.Part == 0 {
		d.Part = 1
	}
	tx.queued = tx.queued || d.State == Queued
	res := tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&d)
	if res.Error != nil || res.RowsAffected == 1 {
		return d, wrap(res.Error, "queue delivery")
	}
	err = tx.db.Raw("SELECT * FROM deliveries WHERE cause = ? AND chat_id = ? AND part = ?", d.Cause, d.ChatID, d.Part).Take(&d).Error
	return d, wrap(err, "queue delivery")
}

// Pending tells whether anything waits for a chat or is being sent to it.
func (tx *Tx) Pending(chat int64) (bool, error) {
	var n int
	err := tx.db.Raw("SELECT COUNT(*) FROM (SELECT 1 FROM deliveries WHERE chat_id = ? AND state IN ('queued', 'sending') LIMIT 1) AS pending", chat).Row().Scan(&n)
	return n > 0, wrap(err, "pending deliveries")
}

// Target chooses the chats that a fan-out goes to.
type Target struct {
	where string
	args  []any
	reply bool
}

// AdminGroups are the active admin groups of areas.
func AdminGroups(areas []int64) Target { return AdminGroupsFor(areas, "") }

// AdminGroupsFor are the active admin groups of areas for an audience; empty: for everybody.
func AdminGroupsFor(areas []int64, audience string) Target {
	return Target{where: "chats.kind = 'group' AND chats.state = 'active' AND chats.area_id IN ?" + ofAudience(audience), args: []any{areas}}
}

// PublicChannels are the active channels of areas.
func PublicChannels(areas []int64) Target {
	return Target{where: "chats.kind = 'channel' AND chats.state = 'active' AND chats.area_id IN ?", args: []any{areas}}
}

// WhereItWent are the chats that got the first part of a cause, or still will; what goes there answers that part.
func WhereItWent(cause string) Target {
	return Target{
		where: "chats.state = 'active' AND origin.cause = ? AND origin.part = 1 AND origin.action = 'send' AND origin.state IN ('sent', 'queued', 'sending', 'held')",
		args:  []any{cause}, reply: true,
	}
}

// WhereItEnded are the chats that got the first part of a cause, but for those in which its outcome, of another cause, was
// cancelled before it came: what goes there answers the first cause.
func WhereItEnded(cause, outcome string) Target {
	t := WhereItWent(cause)
	t.where += " AND NOT EXISTS (SELECT 1 FROM deliveries missed WHERE missed.cause = ? AND missed.chat_id = chats.id AND missed.state = 'cancelled')"
	t.args = append(t.args, outcome)
	return t
}

// WhatWasSent are the chats that have a part of a cause, or are about to: what goes there changes that part.
func WhatWasSent(cause string, part int) Target {
	return Target{
		where: "chats.state = 'active' AND origin.cause = ? AND origin.part = ? AND origin.action = 'send' AND origin.state IN ('sent', 'sending')",
		args:  []any{cause, part}, reply: true,
	}
}

// from are the chats of the target; also joins more to them.
func (t Target) from(also string) string {
	from := " FROM chats" + also
	if t.reply {
		from += " JOIN deliveries origin ON origin.chat_id = chats.id"
	}
	return from + " WHERE " + t.where
}

// Variants are the languages and platforms among the chats of a target, with the number of chats of each. fallback is
// the language of chats that have none.
func (tx *Tx) Variants(t Target, fallback string) (map[Variant]int, error) {
	var rows []struct {
		Platform, Language string
		N                  int
	}
	q := "SELECT accounts.platform AS platform, CASE WHEN chats.language = '' THEN ? ELSE chats.language END AS language, COUNT(*) AS n" +
		t.from(" JOIN accounts ON accounts.id = chats.account_id") + " GROUP BY 1, 2"
	if err := tx.db.Raw(q, append([]any{fallback}, t.args...)...).Scan(&rows).Error; err != nil {
		return nil, wrap(err, "variants of a target")
	}
	out := make(map[Variant]int, len(rows))
	for _, r := range rows {
		out[Variant{Platform: r.Platform, Language: r.Language}] = r.N
	}
	return out, nil
}

// FanOut queues the parts of a post, stored already as texts in variant v, for every chat of the target in that
// variant, and gives the number of deliveries. It is one INSERT ... SELECT for each part.
func (tx *Tx) FanOut(p Post, t Target, v Variant, fallback string, texts []int64) (int64, error) {
	var n int64
	for i, text := range texts {
		rows, err := tx.FanOutPart(p, t, v, fallback, i+1, text)
		n += rows
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// FanOutPart is FanOut for one part. A text of 0 is none: for a post that takes something back.
func (tx *Tx) FanOutPart(p Post, t Target, v Variant, fallback string, part int, text int64) (int64, error) {
	reply := "NULL"
	if t.reply {
		reply = "origin.id"
	}
	action := p.Action
	if action == "" {
		action = messages.Send
	}
	// PostgreSQL must be told the types of parameters in a SELECT list.
	whole, words := "?", "?"
	if tx.store.cfg.Postgres() {
		whole, words = "?::bigint", "?::text"
	}
	columns, held, until := "", "", p.held()
	if until != "" {
		columns, held = ", held_until, state", ", "+until+", CASE WHEN "+until+" = 0 THEN 'queued' ELSE 'held' END"
	}
	if p.Anew {
		columns, held = columns+", anew", held+", TRUE"
	}
	q := strings.Join([]string{
		"INSERT INTO deliveries (cause, account_id, chat_id, part, action, text_id, priority, person_id, reply_to, expires_at, created_at" + columns + ")",
		"SELECT", words + ", chats.account_id, chats.id,", whole + ",", words + ",", whole + ",", whole + ",", whole + ",", reply + ",", whole + ",", whole + held + t.from(""),
		// no join: looking the account up for every chat took a fifth of the time
		"AND chats.account_id IN (SELECT id FROM accounts WHERE platform = ?) AND chats.language IN ?",
		"ON CONFLICT (cause, chat_id, part) DO NOTHING",
	}, " ")
	args := append([]any{p.Cause, part, action, optional(text), int(p.Priority), optional(p.PersonID), millis(p.Expires), millis(p.Now)}, t.args...)
	languages := []string{v.Language}
	if v.Language == fallback {
		languages = append(languages, "")
	}
	res := tx.db.Exec(q, append(args, v.Platform, languages)...)
	tx.queued = tx.queued || res.RowsAffected > 0
	return res.RowsAffected, wrap(res.Error, "fan out")
}

// held is until when a post waits in a chat, as SQL: 0 where nobody sleeps; empty: nowhere does it wait. The quiet hours
// are hours, so they can stand in SQL as they are.
func (p Post) held() string {
	if len(p.Held) == 0 {
		return ""
	}
	var q strings.Builder
	q.WriteString("CASE chats.quiet")
	for _, quiet := range slices.Sorted(maps.Keys(p.Held)) {
		fmt.Fprintf(&q, " WHEN '%s' THEN %d", strings.ReplaceAll(quiet, "'", ""), millis(p.Held[quiet]))
	}
	return q.String() + " ELSE 0 END"
}

// optional is an id, or NULL where it is 0.
func optional(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// DeliveryOf finds what the bot sent as one message in a chat, by the platform's id: also what is on its way, where that
// is known.
func (tx *Tx) DeliveryOf(chat int64, message string) (Delivery, error) {
	if message == "" {
		return Delivery{}, fmt.Errorf("delivery: %w", ErrNotFound)
	}
	var d Delivery
	err := tx.db.Raw("SELECT * FROM deliveries WHERE chat_id = ? AND message_id = ? ORDER BY id DESC LIMIT 1", chat, message).Take(&d).Error
	if err = notFound(err, "delivery"); !errors.Is(err, ErrNotFound) {
		return d, err
	}
	return tx.onItsWay(chat, message)
}

// mostOnTheWay is how many messages to one chat are looked through.
const mostOnTheWay = 64

// onItsWay finds a delivery that may have been sent, though nobody wrote that down yet, by the id that its network knows it
// by.
func (tx *Tx) onItsWay(chat int64, message string) (Delivery, error) {
	name := tx.store.named.Load()
	if name == nil {
		return Delivery{}, fmt.Errorf("delivery: %w", ErrNotFound)
	}
	c, err := tx.Chat(chat)
	if err != nil {
		return Delivery{}, err
	}
	var all []Delivery
	err = tx.db.Raw(`SELECT * FROM deliveries WHERE chat_id = ? AND action = 'send' AND state IN ('sending', 'queued')
		ORDER BY id DESC LIMIT ?`, chat, mostOnTheWay).Scan(&all).Error
	if err != nil {
		return Delivery{}, wrap(err, "deliveries on their way")
	}
	for _, d := range all {
		if (*name)(c.Platform, d) == message {
			d.MessageID = message
			return d, nil
		}
	}
	return Delivery{}, fmt.Errorf("delivery: %w", ErrNotFound)
}

// LastChoices are the choices under the latest message with choices that a chat got: what a typed number or label means. One
// that was only changed since stands where it stood.
func (tx *Tx) LastChoices(chat int64) ([]messages.Choice, error) {
	var text int64
	err := tx.db.Raw(`SELECT deliveries.text_id FROM deliveries JOIN texts ON texts.id = deliveries.text_id
		WHERE deliveries.chat_id = ? AND deliveries.action = 'send' AND texts.choices ORDER BY deliveries.id DESC LIMIT 1`, chat).Take(&text).Error
	if err != nil {
		return nil, notFound(err, "choices")
	}
	p, err := tx.Text(text)
	return p.Choices, err
}

// ChoicesAreLast tells whether the latest message that a chat got has choices.
func (tx *Tx) ChoicesAreLast(chat int64) (bool, error) {
	var last bool
	err := tx.db.Raw(`SELECT texts.choices FROM deliveries JOIN texts ON texts.id = deliveries.text_id
		WHERE deliveries.chat_id = ? AND deliveries.action = 'send' ORDER BY deliveries.id DESC LIMIT 1`, chat).Row().Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return last, wrap(err, "latest message")
}

// PartsOf is how many parts the text of a cause has in a variant; 0: it was never stored.
func (tx *Tx) PartsOf(cause string, v Variant) (int, error) {
	var n int
	err := tx.db.Raw("SELECT COUNT(*) FROM texts WHERE cause = ? AND variant = ?", cause, v.key()).Row().Scan(&n)
	return n, wrap(err, "parts of a text")
}

// Reword gives what still waits of a cause in a variant another text, part by part.
func (tx *Tx) Reword(cause string, v Variant, texts []int64) error {
	for i, text := range texts {
		err := tx.db.Exec(`UPDATE deliveries SET text_id = ? WHERE cause = ? AND part = ? AND action = 'send' AND state IN ('queued', 'held')
			AND EXISTS (SELECT 1 FROM texts WHERE texts.id = deliveries.text_id AND texts.variant = ? AND texts.part = ?)`,
			text, cause, i+1, v.key(), i+1).Error
		if err != nil {
			return wrap(err, "reword deliveries")
		}
	}
	return nil
}

// CancelCause cancels what still waits of a cause, and gives the number.
func (tx *Tx) CancelCause(cause string, now time.Time) (int64, error) {
	res := tx.db.Exec("UPDATE deliveries SET state = 'cancelled', error = 'withdrawn', done_at = ? WHERE cause = ? AND state IN ('queued', 'held')", millis(now), cause)
	return res.RowsAffected, wrap(res.Error, "cancel deliveries")
}

// CancelOf cancels what still waits of a person's messages, and gives the number.
func (tx *Tx) CancelOf(person int64, now time.Time) (int64, error) {
	res := tx.db.Exec("UPDATE deliveries SET state = 'cancelled', error = 'revoked', done_at = ? WHERE person_id = ? AND state IN ('queued', 'held')", millis(now), person)
	return res.RowsAffected, wrap(res.Error, "cancel deliveries")
}

// arrival ranks the states of the parts of a text in one chat, those that decide first: who lacks a part did not get it.
func arrival() []DeliveryState {
	return []DeliveryState{Failed, Expired, Held, Queued, Sending, SentState, Cancelled}
}

// Delivered counts the chats of a cause by state: that of the part which decides.
func (tx *Tx) Delivered(cause string) (map[DeliveryState]int, error) {
	ranks := arrival()
	var rank strings.Builder
	for i, state := range ranks {
		fmt.Fprintf(&rank, " WHEN '%s' THEN %d", state, i)
	}
	var rows []struct{ Rank, N int }
	err := tx.db.Raw(`SELECT rank, COUNT(*) AS n FROM (SELECT MIN(CASE state`+rank.String()+` END) AS rank
		FROM deliveries WHERE cause = ? GROUP BY chat_id) AS chat GROUP BY rank`, cause).Scan(&rows).Error
	out := make(map[DeliveryState]int, len(rows))
	for _, r := range rows {
		out[ranks[r.Rank]] = r.N
	}
	return out, wrap(err, "count deliveries")
}
