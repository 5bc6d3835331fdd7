package storage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// lastWord is how long the private chat of an erased person is kept: the answer to the erasing must still be sent, and a
// network that brings the same message once more must not find a stranger.
const lastWord = time.Hour

// Forget erases a person: identities, names, roles, forms, codes, contact details, and what the bot wrote in private.
// Verified groups stay as numbers for the coverage, with nothing of the person in them; the others are deleted. Alerts,
// outcomes and notes, which were published, stay without their author, and calls without what was written with them. What
// is left, the address of the private chat and the last answer, goes an hour later with PurgeChat. in is the message being
// handled; it stays known as handled.
func (tx *Tx) Forget(person int64, in messages.Inbound, now time.Time) error {
	identities, err := tx.Identities(person)
	if err != nil {
		return err
	}
	if err := tx.forgetGroups(person, now); err != nil {
		return err
	}
	if err := tx.forgetSigns(person); err != nil {
		return err
	}
	if err := tx.DropCodes(person); err != nil {
		return err
	}
	if err := tx.db.Exec("UPDATE calls SET said = NULL WHERE person_id = ?", person).Error; err != nil {
		return wrap(err, "forget calls")
	}
	for _, i := range identities {
		q := "DELETE FROM inbox WHERE account_id = ? AND sender = ? AND message <> ?"
		if err := tx.db.Exec(q, i.AccountID, i.UserID, in.ID).Error; err != nil {
			return wrap(err, "forget what came in")
		}
		if err := tx.forgetTipper(i.AccountID, i.UserID); err != nil {
			return err
		}
		if i.ChatID == nil {
			continue
		}
		if err := tx.forgetChat(*i.ChatID); err != nil {
			return err
		}
		q = "UPDATE chats SET title = '', language = '', leave_at = ? WHERE id = ?"
		if err := tx.db.Exec(q, millis(now.Add(lastWord)), *i.ChatID).Error; err != nil {
			return wrap(err, "forget chat")
		}
	}
	return wrap(tx.db.Exec("DELETE FROM persons WHERE id = ?", person).Error, "forget person") // the rest hangs on it
}

// forgetGroups leaves of a person's groups only what is counted.
func (tx *Tx) forgetGroups(person int64, now time.Time) error {
	mine, err := tx.GroupsOf(person)
	if err != nil {
		return err
	}
	if len(mine) > 0 {
		if err := tx.dropDocuments(); err != nil {
			return err
		}
	}
	for _, g := range mine {
		about := GroupCause(g.ID) + ":%"
		q := "UPDATE deliveries SET state = 'cancelled', error = 'forgotten', done_at = ? WHERE cause LIKE ? AND state IN ('queued', 'held')"
		if err := tx.db.Exec(q, millis(now), about).Error; err != nil {
			return wrap(err, "forget what others are told")
		}
		err := tx.blankTexts(`texts.cause LIKE ? AND NOT EXISTS
			(SELECT 1 FROM deliveries WHERE deliveries.cause = texts.cause AND deliveries.state = 'sending')`, about)
		if err != nil {
			return err
		}
	}
	q := "UPDATE groups SET name = '', phone = NULL, phone_hash = NULL, public = FALSE, person_id = NULL WHERE person_id = ? AND status = ?"
	if err := tx.db.Exec(q, person, Verified).Error; err != nil {
		return wrap(err, "forget groups")
	}
	return wrap(tx.db.Exec("DELETE FROM groups WHERE person_id = ?", person).Error, "forget groups")
}

// forgetSigns deletes a person's applications for signs that are open or were declined. Those that are planned or placed
// are part of the municipality's plan: they stay, as do those that somebody else joined, without words and photo.
func (tx *Tx) forgetSigns(person int64) error {
	open := "DELETE FROM signs WHERE person_id = ? AND status IN ? AND NOT EXISTS (SELECT 1 FROM signs other WHERE other.joins_id = signs.id)"
	if err := tx.db.Exec(open, person, []SignStatus{SignAsked, SignDeclined}).Error; err != nil {
		return wrap(err, "forget signs")
	}
	return wrap(tx.db.Exec("UPDATE signs SET words = '', photo = '' WHERE person_id = ?", person).Error, "forget signs")
}

// GroupCause begins the cause of every message in which others read about a registration.
func GroupCause(id int64) string { return fmt.Sprintf("%s%d", groupCause, id) }

const groupCause = "group:"

// AboutGroup tells whether a cause is that of a message about one registration.
func AboutGroup(cause string) bool { return strings.HasPrefix(cause, groupCause) }

// forgetChat erases what the bot wrote in a private chat, but for what is being sent right now.
func (tx *Tx) forgetChat(chat int64) error {
	c, err := tx.Chat(chat)
	if err != nil {
		return err
	}
	if c.Platform == "webchat" { // no network keeps it, so we do
		if err := tx.ForgetWebChat(c.Address); err != nil {
			return err
		}
	}
	var texts []int64
	err = tx.db.Raw("SELECT text_id FROM deliveries WHERE chat_id = ? AND state <> 'sending' AND text_id IS NOT NULL", chat).Scan(&texts).Error
	if err != nil {
		return wrap(err, "forget deliveries")
	}
	if err := tx.db.Exec("DELETE FROM deliveries WHERE chat_id = ? AND state <> 'sending'", chat).Error; err != nil {
		return wrap(err, "forget deliveries")
	}
	for some := range slices.Chunk(texts, 500) { // databases limit the number of parameters
		err := tx.blankTexts("texts.id IN ? AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.cause = texts.cause AND deliveries.text_id = texts.id)", some)
		if err != nil {
			return err
		}
	}
	return nil
}

// blankTexts erases the bodies of texts. The rows stay: to delete one, the database would look through all deliveries.
func (tx *Tx) blankTexts(where string, args ...any) error {
	err := tx.db.Exec("UPDATE texts SET body = '', choices = FALSE WHERE LENGTH(body) > 0 AND "+where, args...).Error
	return wrap(err, "erase texts")
}

// EraseOldTexts erases the answers, and what was told about registrations, applications and colleagues, that were sent
// before a moment.
func (tx *Tx) EraseOldTexts(before time.Time) error {
	return tx.blankTexts(`(texts.cause LIKE 'in:%' OR texts.cause LIKE 'group:%' OR texts.cause LIKE 'sign:%'
		OR texts.cause LIKE 'passed:%' OR texts.cause LIKE 'passabove:%' OR texts.cause LIKE 'call:%'
		OR texts.cause LIKE 'handover:%' OR texts.cause LIKE 'away:%') AND NOT EXISTS (SELECT 1 FROM deliveries
		WHERE deliveries.cause = texts.cause AND (deliveries.done_at = 0 OR deliveries.done_at >= ?))`, millis(before))
}

// NextToPurge is when the next private chat of an erased person is deleted; the zero time: there is none.
func (tx *Tx) NextToPurge() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(leave_at), 0) FROM chats WHERE leave_at > 0 AND kind = ?", messages.Direct)
}

// PurgeChats deletes the private chats of erased people whose time has come. One in which something still waits to be
// sent is tried again later; one to which the person came back stays.
func (tx *Tx) PurgeChats(now time.Time) error {
	var due []Chat
	err := tx.db.Raw(chatColumns+"WHERE chats.leave_at > 0 AND chats.leave_at <= ? AND chats.kind = ? ORDER BY chats.id", millis(now), messages.Direct).Scan(&due).Error
	if err != nil {
		return wrap(err, "chats to purge")
	}
	for _, c := range due {
		if err := tx.purgeChat(c, now); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) purgeChat(c Chat, now time.Time) error {
	if waiting, err := tx.Pending(c.ID); err != nil || waiting {
		if err != nil {
			return err
		}
		return tx.SetLeaveAt(c.ID, now.Add(lastWord))
	}
	var back int
	if err := tx.db.Raw("SELECT COUNT(*) FROM identities WHERE chat_id = ?", c.ID).Row().Scan(&back); err != nil {
		return wrap(err, "purge chat")
	}
	if back > 0 {
		return tx.SetLeaveAt(c.ID, time.Time{})
	}
	if err := tx.forgetChat(c.ID); err != nil {
		return err
	}
	if err := tx.db.Exec("DELETE FROM inbox WHERE account_id = ? AND address = ?", c.AccountID, c.Address).Error; err != nil {
		return wrap(err, "purge chat")
	}
	return wrap(tx.db.Exec("DELETE FROM chats WHERE id = ?", c.ID).Error, "purge chat")
}

// Traces counts what the database holds of a person beside what Identities, RolesOf, GroupsOf and FormOf give.
type Traces struct {
	Alerts, Outcomes, Notes int // written as an officer; they stay when the person is erased
	Calls                   int // calls and tips that the person noted; they stay too, without the words
	Handed                  int // follow-ups that colleagues handed over; they go back to the author when the person is erased
	Invites                 int // codes made for others
	Told                    int // messages of the bot in private whose text is kept
	Tips                    int // alerts that the person answered with a tip, as long as that is remembered
}

// TracesOf counts.
func (tx *Tx) TracesOf(person int64) (Traces, error) {
	var t Traces
	for _, count := range []struct {
		into  *int
		query string
	}{
		{&t.Alerts, "SELECT COUNT(*) FROM alerts WHERE person_id = ?"},
		{&t.Outcomes, "SELECT COUNT(*) FROM outcomes WHERE person_id = ?"},
		{&t.Notes, "SELECT COUNT(*) FROM notes WHERE person_id = ?"},
		{&t.Calls, "SELECT COUNT(*) FROM calls WHERE person_id = ?"},
		{&t.Handed, "SELECT COUNT(*) FROM followups WHERE person_id = ?"},
		{&t.Invites, "SELECT COUNT(*) FROM invites WHERE created_by = ?"},
		{&t.Told, `SELECT COUNT(*) FROM deliveries JOIN texts ON texts.id = deliveries.text_id
			WHERE LENGTH(texts.body) > 0 AND deliveries.chat_id IN (SELECT chat_id FROM identities WHERE person_id = ? AND chat_id IS NOT NULL)`},
	} {
		if err := tx.db.Raw(count.query, person).Row().Scan(count.into); err != nil {
			return t, wrap(err, "traces of a person")
		}
	}
	identities, err := tx.Identities(person)
	if err != nil {
		return t, err
	}
	for _, i := range identities {
		n, err := tx.tipsBy(i.AccountID, i.UserID)
		if err != nil {
			return t, err
		}
		t.Tips += n
	}
	return t, nil
}
