package commands

import (
	"context"
	"slices"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// planJob sends the alerts that were planned for later.
func (e *Engine) planJob() Job {
	return Job{
		Name: "planned",
		Next: func(tx *storage.Tx, _ time.Time) (time.Time, error) { return tx.NextPlanned() },
		Run: func(ctx context.Context, tx *storage.Tx, now time.Time) error {
			due, err := tx.PlannedBy(now)
			if err != nil {
				return err
			}
			for _, a := range due {
				if err := e.clockTurn(ctx, tx, now, "planned:"+a.Cause()).sendPlanned(a); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// sendPlanned sends a planned alert whose author may still send it.
func (t *Turn) sendPlanned(a storage.Alert) error {
	officers, err := t.Tx.Holders(a.AreaID, rolesFor(SendAlert)...)
	if err != nil {
		return err
	}
	if a.PersonID == nil || !slices.Contains(officers, *a.PersonID) {
		_, err := t.Tx.MoveAlert(a.ID, storage.AlertPlanned, storage.AlertReturned)
		return err
	}
	if kind := kindNamed(a.Kind); t.Now.Sub(storage.At(a.SendAt)) > kind.life { // the bot was off for too long
		return t.giveBack(a, messages.S("alert.toolate"))
	}
	area, err := t.Tx.Area(a.AreaID)
	if err != nil {
		return err
	}
	return t.goOut(a, area)
}
