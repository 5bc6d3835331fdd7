package storage_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

var contacts = []byte("Groep;Telefoon\r\nVogelwijk;06 12345678\r\n")

// keepsDocument keeps a document and gives its key.
func keepsDocument(t *testing.T, s *storage.Store, data []byte, at time.Time) (key string) {
	t.Helper()
	write(t, s, func(tx *storage.Tx) (err error) {
		key, err = tx.PutDocument(data, at)
		return err
	})
	return key
}

// hasDocument tells whether a document is kept.
func hasDocument(t *testing.T, s *storage.Store, key string) (kept bool) {
	t.Helper()
	read(t, s, func(tx *storage.Tx) error {
		_, err := tx.Document(key)
		if kept = err == nil; errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		return err
	})
	return kept
}

func TestDocumentsAreSealedAndKeptADay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		later := noon.Add(time.Hour)
		first, second := keepsDocument(t, s, contacts, noon), keepsDocument(t, s, []byte("x"), later)
		if again := keepsDocument(t, s, contacts, noon); again != first {
			t.Errorf("the same document is kept under %q and %q", first, again)
		}
		read(t, s, func(tx *storage.Tx) error {
			data, err := tx.Document(first)
			if err != nil || !bytes.Equal(data, contacts) {
				t.Errorf("the document is %q, %v", data, err)
			}
			kept, err := tx.Bytes("SELECT data FROM files ORDER BY created_at LIMIT 1")
			if err != nil || len(kept) <= len(contacts) || bytes.Contains(kept, []byte("12345678")) {
				t.Errorf("the database holds %q, %v", kept, err)
			}
			if _, err := tx.Photo(first); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("as a photo the document gives %v", err)
			}
			if next, err := tx.NextDocument(); err != nil || !next.Equal(noon) {
				t.Errorf("the oldest document is of %v, %v", next, err)
			}
			return err
		})
		write(t, s, func(tx *storage.Tx) error {
			if err := tx.PutPhoto("photo", []byte("jpeg"), noon); err != nil {
				return err
			}
			if _, err := tx.Document("photo"); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("as a document a photo gives %v", err)
			}
			if err := tx.ErasePhotos(later.Add(time.Second)); err != nil { // documents are no photos that nothing shows
				return err
			}
			return tx.EraseDocuments(noon)
		})
		if hasDocument(t, s, first) || !hasDocument(t, s, second) {
			t.Error("of two documents the older one should be erased")
		}
		write(t, s, func(tx *storage.Tx) error { return tx.EraseDocuments(later) })
		read(t, s, func(tx *storage.Tx) error {
			next, err := tx.NextDocument()
			if !next.IsZero() {
				t.Errorf("without documents the oldest is of %v", next)
			}
			return err
		})
	})
}

// Any document may name who is forgotten, so they all go; a photo stays, and so do documents when a resident without a
// group is forgotten.
func TestForgettingAnAdminErasesDocuments(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area := district(t, s)["Bergen"]
		resident, admin := person(t, s, "1"), person(t, s, "2")
		key := keepsDocument(t, s, contacts, noon)
		write(t, s, func(tx *storage.Tx) error {
			if _, _, err := tx.SaveGroup(storage.Group{AreaID: area.ID, Name: "Vogelwijk", PersonID: &admin.ID, Status: storage.Verified}, ""); err != nil {
				return err
			}
			if err := tx.PutPhoto("photo", []byte("jpeg"), noon); err != nil {
				return err
			}
			return tx.Forget(resident.ID, messages.Inbound{}, noon)
		})
		if !hasDocument(t, s, key) {
			t.Error("forgetting a resident without a group erased the document")
		}
		write(t, s, func(tx *storage.Tx) error { return tx.Forget(admin.ID, messages.Inbound{}, noon) })
		if hasDocument(t, s, key) {
			t.Error("after forgetting an admin the document is kept")
		}
		read(t, s, func(tx *storage.Tx) error {
			_, err := tx.Photo("photo")
			return err
		})
	})
}
