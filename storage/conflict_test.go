package storage_test

import (
	"errors"
	"testing"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// An error of PostgreSQL's that do passed over must not look like a fault of the message.
func TestSwallowedConflictIsTriedAgain(t *testing.T) {
	s := storagetest.Open(t, storagetest.Postgres(t))
	for name, goOn := range map[string]bool{"a statement follows": true, "the commit follows": false} {
		tries := 0
		err := s.Write(ctx(), func(tx *storage.Tx) error {
			tries++
			if tries == 1 {
				_ = tx.Exec("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")
			}
			if goOn {
				return tx.Exec("SELECT 1")
			}
			return nil
		})
		if err != nil || tries != 2 {
			t.Errorf("%s: %v after %d tries", name, err, tries)
		}
	}
}

func TestConflictIsTriedAgainButNoOtherError(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		tries := 0
		err := s.Write(ctx(), func(*storage.Tx) error {
			tries++
			return errors.New("mine")
		})
		if err == nil || tries != 1 {
			t.Errorf("%v after %d tries", err, tries)
		}
	})
}
