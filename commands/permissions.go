package commands

import (
	"slices"

	"github.com/buurtbode/buurtbode/storage"
)

// Action is something that not everybody may do.
type Action string

// The actions. Each holds in the areas of the role that gives it, and nowhere else.
const (
	Anyone        Action = ""
	SendAlert     Action = "send alert"
	GiveFeedback  Action = "give feedback"
	HandOver      Action = "hand over a follow-up"
	BeAway        Action = "be away"
	SeePending    Action = "see pending"
	WriteNote     Action = "write note"
	RunWeekly     Action = "run weekly"
	LinkChat      Action = "link chat"
	SpeakForGroup Action = "set language of a group"
	VerifyGroup   Action = "verify group"
	SeeContacts   Action = "see contacts"
	InvitePolice  Action = "invite police roles"
	InviteTown    Action = "invite municipal roles"
	InviteVillage Action = "invite coordinators"
	RevokeRoles   Action = "revoke roles"
	ApproveAlert  Action = "approve alert"
	WithdrawAlert Action = "withdraw anyone's alert"
	SetApproval   Action = "set approval"
	SeeTemplates  Action = "see templates"
	EditTemplates Action = "edit templates"
	AdviseSigns   Action = "advise on signs"
	DecideSigns   Action = "decide on signs"
	NoteCall      Action = "note call"
	SeeImpact     Action = "see impact"
)

// permissions is the one table of who may do what; the scope of the role says where.
var permissions = map[Action][]storage.RoleName{
	SendAlert:     {storage.Officer, storage.OpCo},
	GiveFeedback:  {storage.Officer, storage.OpCo, storage.Portfolio},
	HandOver:      {storage.Officer, storage.OpCo, storage.Portfolio},
	BeAway:        {storage.Officer, storage.OpCo, storage.Portfolio},
	SeePending:    {storage.Officer, storage.OpCo, storage.Portfolio},
	WriteNote:     {storage.Officer, storage.OpCo},
	RunWeekly:     {storage.Officer, storage.OpCo},
	LinkChat:      {storage.Officer, storage.OpCo},
	SpeakForGroup: {storage.Officer, storage.OpCo},
	VerifyGroup:   {storage.Keeper, storage.Coordinator, storage.Officer, storage.OpCo},
	SeeContacts:   {storage.Officer, storage.OpCo, storage.Portfolio, storage.Keeper},
	InvitePolice:  {storage.Portfolio},
	InviteTown:    {storage.Keeper},
	InviteVillage: {storage.Portfolio, storage.Keeper},
	RevokeRoles:   {storage.Portfolio, storage.Keeper}, // those roles that they may give, see inviters
	ApproveAlert:  {storage.Officer, storage.OpCo, storage.Portfolio},
	WithdrawAlert: {storage.OpCo, storage.Portfolio},
	SetApproval:   {storage.Portfolio},
	SeeTemplates:  {storage.Officer, storage.OpCo, storage.Portfolio},
	EditTemplates: {storage.OpCo, storage.Portfolio},
	AdviseSigns:   {storage.Officer, storage.OpCo},
	DecideSigns:   {storage.Keeper},
	NoteCall:      {storage.ControlRoom, storage.Officer, storage.OpCo, storage.Portfolio},
	SeeImpact:     {storage.Officer, storage.OpCo, storage.Portfolio, storage.Keeper, storage.DistrictManager}, // figures only
}

// roles are the roles that this turn's person holds now.
func (t *Turn) roles() ([]storage.Role, error) {
	if t.heldLoaded {
		return t.held, nil
	}
	held, err := t.Tx.RolesOf(t.Person.ID)
	t.held, t.heldLoaded = held, err == nil
	return held, err
}

// May tells whether the person may do something anywhere.
func (t *Turn) May(a Action) (bool, error) {
	if a == Anyone {
		return true, nil
	}
	held, err := t.roles()
	return slices.ContainsFunc(held, func(r storage.Role) bool { return slices.Contains(permissions[a], r.Role) }), err
}

// MayIn tells whether the person may do something in an area.
func (t *Turn) MayIn(a Action, area int64) (bool, error) {
	if a == Anyone {
		return true, nil
	}
	ids, err := t.AreaIDs(a)
	return slices.Contains(ids, area), err
}

// AreaIDs are the areas in which the person may do something, each once.
func (t *Turn) AreaIDs(a Action) ([]int64, error) {
	held, err := t.roles()
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, r := range held {
		if !slices.Contains(permissions[a], r.Role) {
			continue
		}
		ids, err := t.Tx.AreaIDs(r.Scope)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out, nil
}

// rolesFor are the roles that may do something: who is told when it is to be done.
func rolesFor(a Action) []storage.RoleName { return permissions[a] }
