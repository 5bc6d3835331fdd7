package storage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestADrillIsSeenOnceInEachChat(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area := district(t, s)["Bergen"]
		a, b := chat(t, s, "-1"), chat(t, s, "-2")
		write(t, s, func(tx *storage.Tx) error {
			drill, err := tx.AddAlert(storage.Alert{AreaID: area.ID, Kind: "missing", What: "x", Drill: true, State: storage.AlertSent, CreatedAt: noon.UnixMilli()})
			if err != nil {
				return err
			}
			for _, seen := range []struct {
				chat  int64
				after time.Duration
			}{{b.ID, 3 * time.Minute}, {a.ID, time.Minute}, {a.ID, time.Hour}} {
				if err := tx.SeeDrill(drill.ID, seen.chat, noon.Add(seen.after)); err != nil {
					return err
				}
			}
			took, err := tx.DrillSeen(drill.ID)
			if !slices.Equal(took, []time.Duration{time.Minute, 3 * time.Minute}) {
				t.Errorf("seen after %v", took)
			}
			return err
		})
	})
}
