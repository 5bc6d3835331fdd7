package storage_test

import (
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestPauseIsNewsOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		until := noon.Add(time.Hour)
		for _, c := range []struct {
			until time.Time
			news  bool
		}{{time.Time{}, false}, {until, true}, {until, false}, {time.Time{}, true}, {until, true}} {
			write(t, s, func(tx *storage.Tx) error {
				news, err := tx.SetPaused("whatsapp", "9", c.until, "429")
				if news != c.news {
					t.Errorf("until %v is news: %v", c.until, news)
				}
				return err
			})
		}
		read(t, s, func(tx *storage.Tx) error {
			now, err := tx.PausedAccounts(noon)
			if err != nil || len(now) != 1 || now[0] != (storage.Paused{Platform: "whatsapp", Account: "9", Until: until.UnixMilli(), Why: "429"}) {
				t.Errorf("paused are %+v, %v", now, err)
			}
			later, err := tx.PausedAccounts(until)
			if len(later) != 0 {
				t.Errorf("later they are %+v", later)
			}
			return err
		})
	})
}
