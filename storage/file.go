package storage

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Photos and documents are kept in one table. What is sealed is a document: it was made for one person, may hold phone
// numbers, and is erased after a day. A photo is open, as it went to groups and channels, and stays with its alert.

// putFile keeps bytes under a key; the same are kept once, from their latest moment on.
func (tx *Tx) putFile(key string, data []byte, sealed bool, now time.Time) error {
	return tx.db.Exec(`INSERT INTO files (sha256, data, sealed, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (sha256) DO UPDATE SET created_at = excluded.created_at`, key, data, sealed, millis(now)).Error
}

// file gives the bytes of a key. It fails with ErrNotFound when there are none of that kind.
func (tx *Tx) file(key string, sealed bool) ([]byte, error) {
	var rows [][]byte
	if err := tx.db.Raw("SELECT data FROM files WHERE sha256 = ? AND sealed = ?", key, sealed).Scan(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	return rows[0], nil
}

// PutDocument seals and keeps a document, and gives the key under which it is kept. That is a keyed SHA-256: from a plain
// one the phone number in a file of one line could be guessed.
func (tx *Tx) PutDocument(data []byte, now time.Time) (key string, err error) {
	hash, err := tx.Hash(string(data), "document")
	if err != nil {
		return "", err
	}
	sealed, err := tx.Seal(string(data), "document")
	if err != nil {
		return "", err
	}
	key = hex.EncodeToString(hash)
	return key, wrap(tx.putFile(key, sealed, true, now), "keep document")
}

// Document opens the document of a key. It fails with ErrNotFound when it was erased, and with ErrUnreadable when this key
// set did not seal it.
func (tx *Tx) Document(key string) ([]byte, error) {
	sealed, err := tx.file(key, true)
	if err != nil {
		return nil, wrap(err, "document")
	}
	data, err := tx.Unseal(sealed, "document")
	if errors.Is(err, ErrKeys) {
		return nil, fmt.Errorf("document: %w: %w", ErrUnreadable, err)
	}
	return []byte(data), wrap(err, "document")
}

// NextDocument is when the oldest document was made; the zero time: there is none.
func (tx *Tx) NextDocument() (time.Time, error) {
	return tx.earliest("SELECT COALESCE(MIN(created_at), 0) FROM files WHERE sealed")
}

// EraseDocuments erases the documents that were made before a moment or at it.
func (tx *Tx) EraseDocuments(until time.Time) error {
	return wrap(tx.db.Exec("DELETE FROM files WHERE sealed AND created_at <= ?", millis(until)).Error, "erase documents")
}

// dropDocuments erases all documents: any of them may name who wants to be forgotten. One that was not sent yet is asked
// for again.
func (tx *Tx) dropDocuments() error {
	return wrap(tx.db.Exec("DELETE FROM files WHERE sealed").Error, "erase documents")
}
