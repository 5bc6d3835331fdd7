package commands

import (
	"slices"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// planJob sends the alerts that were planned for later.
func (e *Engine) planJob() Job {
	return eachDue(e, "planned", clockless((*storage.Tx).NextPlanned), (*storage.Tx).PlannedBy, (*Turn).sendPlanned)
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
