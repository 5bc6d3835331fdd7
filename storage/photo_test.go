package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestErasePhotos(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area := district(t, s)["Bergen"]
		later := noon.Add(time.Hour)
		write(t, s, func(tx *storage.Tx) error {
			for _, sha := range []string{"open", "closed", "withdrawn", "tip", "unused"} {
				if err := tx.PutPhoto(sha, []byte(sha), noon); err != nil {
					return err
				}
			}
			for _, sha := range []string{"open", "closed", "withdrawn", "tip"} {
				a := storage.Alert{AreaID: area.ID, Kind: "missing", Photo: sha, Reach: "area", CreatedAt: noon.UnixMilli()}
				if sha == "withdrawn" {
					a.State, a.WithdrawnAt = storage.AlertWithdrawn, later.UnixMilli()
				}
				a, err := tx.AddAlert(a)
				if err != nil {
					return err
				}
				if sha == "open" || sha == "closed" {
					err = tx.OpenFollowUp(a.ID, noon, noon, noon)
				}
				if sha == "closed" {
					_, closeErr := tx.CloseFollowUp(a.ID, later)
					err = errors.Join(err, closeErr)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		left := func(before time.Time) (out []string) {
			t.Helper()
			write(t, s, func(tx *storage.Tx) error { return tx.ErasePhotos(before) })
			read(t, s, func(tx *storage.Tx) error {
				for _, sha := range []string{"open", "closed", "withdrawn", "tip", "unused"} {
					switch _, err := tx.Photo(sha); {
					case err == nil:
						out = append(out, sha)
					case !errors.Is(err, storage.ErrNotFound):
						return err
					}
				}
				return nil
			})
			return out
		}
		if got := left(noon); len(got) != 5 {
			t.Errorf("at noon %v are left, want all", got)
		}
		if got := left(later); len(got) != 3 {
			t.Errorf("%v are left, want the open one and those that ended later", got)
		}
		if got := left(later.Add(time.Second)); len(got) != 1 || got[0] != "open" {
			t.Errorf("%v are left, want the open one", got)
		}
	})
}
