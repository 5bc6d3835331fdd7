package storage

import (
	"errors"

	"github.com/buurtbode/buurtbode/messages"
)

// KnowAlias makes what was known of a sender under another id (on WhatsApp: the number, before the hidden id was known)
// that of the id that counts: the person, and the private chat. Two who turn out to be one person are joined.
func (tx *Tx) KnowAlias(at messages.Address, from messages.Sender) error {
	if from.Alias == "" || from.Alias == from.ID {
		return nil
	}
	account, err := tx.Account(at.Platform, at.Account)
	if err != nil {
		return err
	}
	old, err := tx.identity(account, from.Alias)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	chat, err := tx.chat("WHERE chats.account_id = ? AND chats.address = ? AND chats.kind = ?", account, from.Alias, messages.Direct)
	if err == nil {
		err = tx.MoveChat(chat.ID, from.ID)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	known, err := tx.identity(account, from.ID)
	if errors.Is(err, ErrNotFound) {
		return wrap(tx.db.Exec("UPDATE identities SET user_id = ? WHERE id = ?", from.ID, old.ID).Error, "rename identity")
	}
	if err != nil {
		return err
	}
	if known.ChatID == nil {
		known.ChatID = old.ChatID
	}
	if err := tx.db.Exec("DELETE FROM identities WHERE id = ?", old.ID).Error; err != nil {
		return wrap(err, "drop alias")
	}
	if err := tx.db.Exec("UPDATE identities SET chat_id = ? WHERE id = ?", known.ChatID, known.ID).Error; err != nil {
		return wrap(err, "keep private chat")
	}
	if known.PersonID == old.PersonID {
		return nil
	}
	_, err = tx.JoinPersons(known.PersonID, old.PersonID)
	return err
}
