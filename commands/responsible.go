package commands

import (
	"slices"

	"github.com/buurtbode/buurtbode/storage"
)

// responsible are those who are asked how an alert ended: the colleague to whom it was handed over, or its author; while
// that officer is away the substitute, and where that one is away too, or there is none, those who lead. Where the officer
// has left or can't be reached it is the officers of the area.
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
		if ok, err := t.reachable(p); err != nil || !ok {
			if err != nil {
				return nil, err
			}
			continue
		}
		absence, away, err := t.away(p)
		if err != nil || !away {
			return []int64{p}, err
		}
		if absence.SubstituteID != nil && slices.Contains(team, *absence.SubstituteID) {
			if here, err := t.here(*absence.SubstituteID); err != nil || len(here) > 0 {
				return here, err
			}
		}
		return t.leading(a, officers)
	}
	if here, err := t.here(officers...); err != nil || len(here) > 0 {
		return here, err
	}
	return t.leading(a, nil)
}

// leading are those who see to a follow-up when its officer can't: the OpCos of the area, or else its portfolio holders,
// or else anybody of the others, as long as they are not away themselves.
func (t *Turn) leading(a storage.Alert, others []int64) ([]int64, error) {
	for _, role := range []storage.RoleName{storage.OpCo, storage.Portfolio} {
		people, err := t.Tx.Holders(a.AreaID, role)
		if err != nil {
			return nil, err
		}
		if here, err := t.here(people...); err != nil || len(here) > 0 {
			return here, err
		}
	}
	return t.here(others...)
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

// away tells whether a person is away now, and until when.
func (t *Turn) away(person int64) (storage.Absence, bool, error) {
	a, err := t.Tx.AbsenceOf(person, t.Now)
	return a, err == nil && a.FromAt <= t.Now.UnixMilli(), ignoreNotFound(err)
}

// here are those of some people who can be reached and are not away.
func (t *Turn) here(people ...int64) ([]int64, error) {
	var out []int64
	for _, p := range people {
		ok, err := t.reachable(p)
		if err != nil {
			return nil, err
		}
		_, away, err := t.away(p)
		if err != nil {
			return nil, err
		}
		if ok && !away {
			out = append(out, p)
		}
	}
	return out, nil
}

// tellers are those whose follow-ups are the person's to see to: the own ones, and those of whom the person stands in for.
func (t *Turn) tellers() ([]int64, error) {
	absences, err := t.Tx.StandsInFor(t.Person.ID, t.Now)
	out := []int64{t.Person.ID}
	for _, a := range absences {
		out = append(out, a.PersonID)
	}
	return out, err
}

// mayTell tells whether the person may do something with an alert's follow-up: in the areas of the own role, and elsewhere
// in the team where a colleague handed it over or is away and asked the person to stand in.
func (t *Turn) mayTell(action Action, a storage.Alert) (bool, error) {
	if may, err := t.MayIn(action, a.AreaID); err != nil || may {
		return may, err
	}
	if may, err := t.May(action); err != nil || !may {
		return false, err
	}
	tellers, err := t.tellers()
	if err != nil {
		return false, err
	}
	asked := a.HolderID != nil && *a.HolderID == t.Person.ID ||
		slices.ContainsFunc(a.Tellers(), func(p int64) bool { return p != t.Person.ID && slices.Contains(tellers, p) })
	if !asked {
		return false, nil
	}
	team, err := t.team(a)
	return slices.Contains(team, t.Person.ID), err
}
