package commands

import (
	"fmt"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// forwardCommand passes an alert of an adjacent area on to the own one (R4). It stays the same alert: its corrections
// and its outcome follow it there.
func forwardCommand() Command {
	return Command{Name: "forward", Args: "[number]", Action: SendAlert, Words: true, Run: func(t *Turn, args string) error {
		a, err := t.sentAlert(args)
		if err != nil {
			return err
		}
		own, err := t.ownAreas(SendAlert)
		if err != nil {
			return err
		}
		near, err := t.nearby(a, own)
		if err != nil {
			return err
		}
		if len(near) == 0 {
			return messages.Refuse("forward.far", messages.V{"Number": uint(a.ID)})
		}
		return t.forward(a, near)
	}}
}

// nearby are those of the areas that lie next to the alert's, or in the same municipality.
func (t *Turn) nearby(a storage.Alert, own []storage.Area) ([]storage.Area, error) {
	area, err := t.Tx.Area(a.AreaID)
	if err != nil {
		return nil, err
	}
	next, err := t.Tx.Neighbours(area.ID)
	if err != nil {
		return nil, err
	}
	adjacent := map[int64]bool{}
	for _, n := range next {
		adjacent[n.ID] = true
	}
	var out []storage.Area
	for _, o := range own {
		if o.ID != area.ID && (adjacent[o.ID] || o.MunicipalityID == area.MunicipalityID) {
			out = append(out, o)
		}
	}
	return out, nil
}

func (t *Turn) forward(a storage.Alert, areas []storage.Area) error {
	r, err := t.resolve(areas, a.Audience)
	if err != nil {
		return err
	}
	if r.groups == 0 {
		return messages.Refuse("alert.to.nobody")
	}
	area, err := t.Tx.Area(a.AreaID)
	if err != nil {
		return err
	}
	before, err := t.Tx.Delivered(a.Cause())
	if err != nil {
		return err
	}
	kind := kindNamed(a.Kind)
	text := "" // a corrected alert goes on as it reads now
	if a.Corrections > 0 {
		text = fmt.Sprintf("%s:%d", a.Cause(), a.Corrections)
	}
	_, err = t.TellAll(storage.AdminGroupsFor(r.areas, a.Audience), passable(t.alertContent(a, area), storage.PassedAlert, a), How{
		Text: text, Cause: a.Cause(), Priority: kind.priority(a.Urgent), Expires: t.Now.Add(kind.life), Author: t.Person.ID, Calm: !a.Urgent,
	})
	if err != nil {
		return err
	}
	if err := t.planPassReminder(storage.PassedAlert, a, a.Cause()); err != nil {
		return err
	}
	after, err := t.Tx.Delivered(a.Cause())
	if err != nil {
		return err
	}
	n := total(after) - total(before)
	if n == 0 {
		return messages.Refuse("forward.already", messages.V{"Number": uint(a.ID)})
	}
	said := []messages.Say{messages.S("forward.done", messages.V{"Number": uint(a.ID), "Count": n, "Source": area.Full()})}
	along, err := t.tellAlong(a)
	if err != nil {
		return err
	}
	if along {
		said = append(said, messages.S("forward.told"))
	}
	return t.ReplyS(said...)
}

func total(states map[storage.DeliveryState]int) int {
	n := 0
	for _, k := range states {
		n += k
	}
	return n
}
