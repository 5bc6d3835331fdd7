package storage_test

import (
	"context"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestWebMessages(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := context.Background()
		now := time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC)
		write := func(do func(tx *storage.Tx) error) {
			t.Helper()
			if err := s.Write(ctx, do); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *storage.Tx) error {
			for i, m := range []storage.WebMessage{
				{Chat: "a", ID: 1, Rev: 1, Text: "one"},
				{Chat: "a", ID: 2, Rev: 2, Text: "two"},
				{Chat: "b", ID: 1, Rev: 3, Text: "other"},
				{Chat: "a", ID: 1, Rev: 4, Text: "one, edited"},
			} {
				if err := tx.SaveWebMessage(m, now.Add(time.Duration(i)*time.Hour)); err != nil {
					return err
				}
			}
			return nil
		})
		check := func(chat, want string, last int64) {
			t.Helper()
			var got string
			err := s.Read(ctx, func(tx *storage.Tx) error {
				all, err := tx.WebMessages(chat)
				for _, m := range all {
					got += m.Text + ";"
				}
				if rev, err := tx.LastWebRev(); err != nil || rev != last {
					t.Errorf("the last Rev is %d (%v), not %d", rev, err, last)
				}
				return err
			})
			if err != nil || got != want {
				t.Errorf("chat %s has %q (%v), not %q", chat, got, err, want)
			}
		}
		check("a", "one, edited;two;", 4)
		check("b", "other;", 4)

		// what was changed lately stays
		write(func(tx *storage.Tx) error {
			n, err := tx.PruneWebMessages(now.Add(90*time.Minute), 100)
			if n != 1 {
				t.Errorf("%d messages were pruned, not 1", n)
			}
			return err
		})
		check("a", "one, edited;", 4)
		write(func(tx *storage.Tx) error { return tx.ForgetWebChat("a") })
		check("a", "", 3)
		check("b", "other;", 3)
	})
}
