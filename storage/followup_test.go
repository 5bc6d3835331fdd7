package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestOutcomeShare(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s)
		area := areas["Bergen"].ID
		write(t, s, func(tx *storage.Tx) error {
			for _, a := range []struct {
				storage.Alert
				followed, told bool
			}{
				{storage.Alert{CreatedAt: noon.UnixMilli()}, true, true},
				{storage.Alert{CreatedAt: noon.UnixMilli()}, true, false},
				{storage.Alert{CreatedAt: noon.UnixMilli()}, false, false},                              // can have none
				{storage.Alert{CreatedAt: noon.UnixMilli(), Drill: true}, true, true},                   // a drill
				{storage.Alert{CreatedAt: noon.Add(-48 * time.Hour).UnixMilli()}, true, true},           // before
				{storage.Alert{CreatedAt: noon.UnixMilli(), State: storage.AlertWithdrawn}, true, true}, // taken back
			} {
				a.AreaID, a.Kind, a.Reach = area, "warning", "area"
				stored, err := tx.AddAlert(a.Alert)
				if err == nil && a.followed {
					err = tx.OpenFollowUp(stored.ID, noon, noon, noon)
				}
				if err == nil && a.told {
					_, err = tx.CloseFollowUp(stored.ID, noon)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		read(t, s, func(tx *storage.Tx) error {
			alerts, told, err := tx.OutcomeShare([]int64{area}, noon.Add(-time.Hour))
			none, _, err2 := tx.OutcomeShare([]int64{area + 1000}, noon.Add(-time.Hour))
			if alerts != 2 || told != 1 || none != 0 {
				t.Errorf("%d alerts, %d told, elsewhere %d; want 2, 1 and 0", alerts, told, none)
			}
			return errors.Join(err, err2)
		})
	})
}
