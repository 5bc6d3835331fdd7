package storage

import (
	"errors"
	"fmt"
	"time"

	"github.com/buurtbode/buurtbode/messages"
)

// Person is somebody whom the bot knows, whatever accounts that person writes from.
type Person struct {
	ID        int64
	Language  string // chosen with /lang, or the app's at first; empty: not known
	GreetedAt int64  // UTC milliseconds of the first welcome; 0: not yet
	CreatedAt int64
}

// TableName keeps gorm from calling the table "people".
func (Person) TableName() string { return "persons" }

// Identity is one account of a person on a platform.
type Identity struct {
	ID        int64
	PersonID  int64
	AccountID int64
	UserID    string // the platform's id
	Name      string // as shown on the platform
	ChatID    *int64 // the private chat with the bot, if there is one
	CreatedAt int64
}

// EnsurePerson finds the person behind a sender, or adds one, and keeps the name and, when the message is private, the chat.
func (tx *Tx) EnsurePerson(account int64, from messages.Sender, private *int64, now time.Time) (Person, error) {
	i, err := tx.identity(account, from.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		return tx.addPerson(account, from, private, now)
	case err != nil:
		return Person{}, err
	}
	if from.Name == "" { // not every event of every network tells it
		from.Name = i.Name
	}
	if i.Name != from.Name || private != nil && (i.ChatID == nil || *i.ChatID != *private) {
		if private == nil {
			private = i.ChatID
		}
		if err := tx.db.Exec("UPDATE identities SET name = ?, chat_id = ? WHERE id = ?", from.Name, private, i.ID).Error; err != nil {
			return Person{}, wrap(err, "update identity")
		}
	}
	return tx.Person(i.PersonID)
}

func (tx *Tx) addPerson(account int64, from messages.Sender, private *int64, now time.Time) (Person, error) {
	p := Person{Language: from.Language, CreatedAt: millis(now)}
	if err := tx.db.Create(&p).Error; err != nil {
		return p, wrap(err, "add person")
	}
	i := Identity{PersonID: p.ID, AccountID: account, UserID: from.ID, Name: from.Name, ChatID: private, CreatedAt: millis(now)}
	return p, wrap(tx.db.Create(&i).Error, "add identity")
}

func (tx *Tx) identity(account int64, user string) (Identity, error) {
	var i Identity
	err := tx.db.Raw("SELECT * FROM identities WHERE account_id = ? AND user_id = ?", account, user).Take(&i).Error
	return i, notFound(err, "identity")
}

// FindPerson finds the person behind a sender, without adding one.
func (tx *Tx) FindPerson(account int64, user string) (Person, error) {
	i, err := tx.identity(account, user)
	if err != nil {
		return Person{}, err
	}
	return tx.Person(i.PersonID)
}

// Person finds a person by our own id.
func (tx *Tx) Person(id int64) (Person, error) {
	var p Person
	err := tx.db.Raw("SELECT * FROM persons WHERE id = ?", id).Take(&p).Error
	return p, notFound(err, "person")
}

// Identities are the accounts of a person, the oldest first.
func (tx *Tx) Identities(person int64) ([]Identity, error) {
	var out []Identity
	err := tx.db.Raw("SELECT * FROM identities WHERE person_id = ? ORDER BY id", person).Scan(&out).Error
	return out, wrap(err, "identities")
}

// PrivateChat is the private chat in which a person is reached: the most recently added active one. It fails with
// ErrNotFound when the person never wrote to the bot, or blocked it.
func (tx *Tx) PrivateChat(person int64) (Chat, error) {
	return tx.chat("JOIN identities ON identities.chat_id = chats.id WHERE identities.person_id = ? AND chats.state = ? ORDER BY identities.id DESC LIMIT 1", person, ChatActive)
}

// SetLanguage sets the language of a person.
func (tx *Tx) SetLanguage(person int64, lang string) error {
	return wrap(tx.db.Exec("UPDATE persons SET language = ? WHERE id = ?", lang, person).Error, "set language")
}

// SetGreeted remembers that a person was welcomed.
func (tx *Tx) SetGreeted(person int64, now time.Time) error {
	return wrap(tx.db.Exec("UPDATE persons SET greeted_at = ? WHERE id = ?", millis(now), person).Error, "set greeted")
}

// Name is the name that a person shows on the platform, for people who may know it.
func (tx *Tx) Name(person int64) (string, error) {
	var name string
	err := tx.db.Raw("SELECT name FROM identities WHERE person_id = ? ORDER BY id DESC LIMIT 1", person).Row().Scan(&name)
	if err != nil {
		return "", fmt.Errorf("name of person: %w", err)
	}
	return name, nil
}

// PersonOfChat finds the person whose private chat this is.
func (tx *Tx) PersonOfChat(chat int64) (Person, error) {
	var p Person
	err := tx.db.Raw("SELECT persons.* FROM persons JOIN identities ON identities.person_id = persons.id WHERE identities.chat_id = ? LIMIT 1", chat).Take(&p).Error
	return p, notFound(err, "person")
}
