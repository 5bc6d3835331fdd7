package commands

import (
	"slices"

	"github.com/buurtbode/buurtbode/storage"
)

// responsible are those who are asked how an alert ended: the colleague to whom it was handed over, or its author; where
// that officer has left or can't be reached, the officers of the area.
func (t *Turn) responsible(a storage.Alert) ([]int64, error) {
	officers, err := t.Tx.Holders(a.AreaID, rolesFor(SendAlert)...)
	if err != nil {
		return nil, err
	}
	team, err := t.team(a)
	if err != nil {
		return nil, err
	}
	for _, p := range a.Tellers() {
		handed := a.HolderID != nil && *a.HolderID == p
		if handed && !slices.Contains(team, p) || !handed && !slices.Contains(officers, p) {
			continue
		}
		if ok, err := t.reachable(p); err != nil || ok {
			return []int64{p}, err
		}
	}
	return officers, nil
}

// team are the people of the police team of an alert's area who may tell how it ended.
func (t *Turn) team(a storage.Alert) ([]int64, error) {
	return t.Tx.Colleagues([]int64{a.AreaID}, rolesFor(GiveFeedback)...)
}

// reachable tells whether the bot can write to a person at all.
func (t *Turn) reachable(person int64) (bool, error) {
	_, err := t.Tx.PrivateChat(person)
	return err == nil, ignoreNotFound(err)
}

// mayTell tells whether the person may do something with an alert's follow-up: in the areas of the own role, and where a
// colleague of the team handed it over.
func (t *Turn) mayTell(action Action, a storage.Alert) (bool, error) {
	may, err := t.MayIn(action, a.AreaID)
	if err != nil || may || a.HolderID == nil || *a.HolderID != t.Person.ID {
		return may, err
	}
	team, err := t.team(a)
	return slices.Contains(team, t.Person.ID), err
}
