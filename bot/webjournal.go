package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/buurtbode/buurtbode/bot/webchat"
	"github.com/buurtbode/buurtbode/storage"
)

// webJournal keeps what stands in the chats of the page in the database, sealed.
type webJournal struct {
	store *storage.Store
	clock Clock
}

// Last is the highest Rev there is.
func (j webJournal) Last(ctx context.Context) (rev int64, err error) {
	err = j.store.Read(ctx, func(tx *storage.Tx) (err error) {
		rev, err = tx.LastWebRev()
		return err
	})
	return rev, err
}

// Load gives the messages of a chat.
func (j webJournal) Load(ctx context.Context, chat string) ([]webchat.Message, error) {
	var stored []storage.WebMessage
	err := j.store.Read(ctx, func(tx *storage.Tx) (err error) {
		stored, err = tx.WebMessages(chat)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]webchat.Message, len(stored))
	for i, s := range stored {
		if err := json.Unmarshal([]byte(s.Text), &out[i]); err != nil {
			return nil, fmt.Errorf("read message of the page: %w", err)
		}
	}
	return out, nil
}

// Save adds or replaces a message.
func (j webJournal) Save(ctx context.Context, m webchat.Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("save message of the page: %w", err)
	}
	return j.store.Write(ctx, func(tx *storage.Tx) error {
		return tx.SaveWebMessage(storage.WebMessage{Chat: m.Chat, ID: m.ID, Rev: m.Rev, Text: string(text)}, j.clock.Now())
	})
}

// Photo gives a stored photo.
func (j webJournal) Photo(ctx context.Context, key string) (jpeg []byte, err error) {
	err = j.store.Read(ctx, func(tx *storage.Tx) (err error) {
		jpeg, err = tx.Photo(key)
		return err
	})
	return jpeg, err
}

// Document gives the bytes of a document; nil once it was erased.
func (j webJournal) Document(ctx context.Context, key string) (data []byte, err error) {
	err = j.store.Read(ctx, func(tx *storage.Tx) (err error) {
		data, err = tx.Document(key)
		return err
	})
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	return data, err
}

// SavePhoto keeps a photo.
func (j webJournal) SavePhoto(ctx context.Context, key string, jpeg []byte) error {
	return j.store.Write(ctx, func(tx *storage.Tx) error { return tx.PutPhoto(key, jpeg, j.clock.Now()) })
}
