package commands

import (
	"crypto/rand"
	"errors"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

const (
	// inviteLife is how long a code can be used.
	inviteLife = 7 * 24 * time.Hour
	// codeLength and codeLetters make a code: no letters or digits that look alike, 8 of 30 is 39 bits.
	codeLength  = 8
	codeLetters = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
	// wrongCodes is how many wrong codes somebody may type in an hour.
	wrongCodes = 5
)

// inviters says which action allows to invite to, and to end, a role.
var inviters = map[storage.RoleName]Action{
	storage.Officer: InvitePolice, storage.OpCo: InvitePolice, storage.Portfolio: InvitePolice, storage.ControlRoom: InvitePolice,
	storage.Keeper: InviteTown, storage.DistrictManager: InviteTown, storage.Enforcement: InviteTown,
	storage.Coordinator: InviteVillage,
}

// Invite makes a one-time code that gives a role in a scope. by is who invites; nil: the operator. Only the control room
// works for a whole district: for others it fails with a UserError.
func Invite(tx *storage.Tx, role storage.RoleName, scope storage.Scope, by *int64, now time.Time) (string, error) {
	if scope.DistrictID != nil && role != storage.ControlRoom {
		return "", messages.Refuse("invite.district")
	}
	code, err := newCode()
	if err != nil {
		return "", err
	}
	return code, tx.AddInvite(storage.Invite{
		Role: role, Scope: scope, CreatedBy: by, CreatedAt: now.UnixMilli(), ExpiresAt: now.Add(inviteLife).UnixMilli(),
	}, code)
}

func newCode() (string, error) {
	code := make([]byte, codeLength)
	for i := range code {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(codeLetters))))
		if err != nil {
			return "", err
		}
		code[i] = codeLetters[n.Int64()]
	}
	return string(code), nil
}

// tidyCode is a code as it is stored: upper case, without spaces and dashes.
func tidyCode(typed string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\n", "").Replace(typed))
}

// FindRole finds a role by its name, without case and accents: officer, portfolio, ... or in Dutch: wijkagent, ...
func FindRole(name string) (storage.RoleName, bool) {
	dutch := map[string]storage.RoleName{
		"wijkagent": storage.Officer, "accounthouder": storage.Portfolio, "gemeente": storage.Keeper, "registerhouder": storage.Keeper,
		"coordinator": storage.Coordinator, "wijkregisseur": storage.DistrictManager, "meldkamer": storage.ControlRoom,
		"handhaving": storage.Enforcement,
	}
	key := strings.NewReplacer(" ", "", "-", "").Replace(storage.Fold(name))
	for _, r := range storage.RoleNames {
		if key == string(r) {
			return r, true
		}
	}
	r, ok := dutch[key]
	return r, ok
}

// FindScope finds the "area", "municipality", "team" or "district" of a name, without case and accents. Several that fit are given as
// candidates; with none it fails with storage.ErrNotFound, and the candidates are all there are.
func FindScope(tx *storage.Tx, kind, name string) (storage.Scope, []string, error) {
	all, err := scopes(tx, kind)
	if err != nil {
		return storage.Scope{}, nil, err
	}
	key := storage.Fold(name)
	var exact, starts []namedScope
	for _, s := range all {
		switch {
		case storage.Fold(s.name) == key || storage.Fold(s.full) == key:
			exact = append(exact, s)
		case strings.HasPrefix(storage.Fold(s.name), key):
			starts = append(starts, s)
		}
	}
	if len(exact) == 0 {
		exact = starts
	}
	if len(exact) == 0 {
		return storage.Scope{}, namesOf(all), storage.ErrNotFound
	}
	return exact[0].scope, namesOf(exact), nil
}

type namedScope struct {
	name, full string
	scope      storage.Scope
}

func namesOf(all []namedScope) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = s.full
	}
	return out
}

func scopes(tx *storage.Tx, kind string) (out []namedScope, err error) {
	switch kind {
	case "area":
		areas, err := tx.Areas()
		for _, a := range areas {
			out = append(out, namedScope{a.Name, a.Full(), storage.Scope{AreaID: &a.ID}})
		}
		return out, err
	case "municipality":
		all, err := tx.Municipalities()
		for _, m := range all {
			out = append(out, namedScope{m.Name, m.Name, storage.Scope{MunicipalityID: &m.ID}})
		}
		return out, err
	case "team":
		all, err := tx.Teams()
		for _, t := range all {
			out = append(out, namedScope{t.Name, t.Name, storage.Scope{TeamID: &t.ID}})
		}
		return out, err
	case "district":
		all, err := tx.Districts()
		for _, d := range all {
			out = append(out, namedScope{d.Name, d.Name, storage.Scope{DistrictID: &d.ID}})
		}
		return out, err
	}
	return nil, storage.ErrNotFound
}

// inviteCommand makes a code for somebody else: /invite officer Lisse.
func inviteCommand() Command {
	return Command{Name: "invite", Args: "ROLE PLACE", Action: InviteVillage, Words: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		if !t.Private() {
			return messages.Refuse("private.only")
		}
		word, place, _ := strings.Cut(args, " ")
		role, ok := FindRole(word)
		if !ok || strings.TrimSpace(place) == "" {
			return t.ReplyS(messages.S("invite.how", messages.V{"Roles": roleList()}))
		}
		scope, name, err := t.inviteScope(role, strings.TrimSpace(place))
		if err != nil {
			return err
		}
		code, err := Invite(t.Tx, role, scope, &t.Person.ID, t.Now)
		if err != nil {
			return err
		}
		return t.ReplyS(messages.S("invite.done", messages.V{"Role": roleSay(role), "Scope": name}), messages.S("invite.code", messages.V{"Code": code}))
	}}
}

// inviteScope finds the place that somebody invites for: an area, else a municipality, else a team, else a district, inside
// the own scope.
func (t *Turn) inviteScope(role storage.RoleName, place string) (storage.Scope, string, error) {
	kinds := []string{"area", "municipality", "team", "district"}
	if kind, rest, ok := strings.Cut(place, " "); ok { // "municipality Lisse", "gemeente Lisse", "team Bollenstreek"
		dutch := map[string]string{"area": "area", "wijk": "area", "municipality": "municipality", "gemeente": "municipality", "team": "team", "district": "district"}
		if k := dutch[storage.Fold(kind)]; k != "" {
			kinds, place = []string{k}, rest
		}
	}
	for _, kind := range kinds {
		scope, names, err := FindScope(t.Tx, kind, place)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			continue
		case err != nil:
			return scope, "", err
		case len(names) > 1:
			return scope, "", messages.Refuse("invite.several", messages.V{"Names": strings.Join(names, ", ")})
		}
		return scope, names[0], t.checkInvite(role, scope)
	}
	return storage.Scope{}, "", messages.Refuse("invite.nowhere", messages.V{"Place": place})
}

// checkInvite refuses unless the person may give this role in all of the scope.
func (t *Turn) checkInvite(role storage.RoleName, scope storage.Scope) error {
	may, err := t.mayGive(role, scope)
	if err == nil && !may {
		err = messages.Refuse("invite.notyours", messages.V{"Role": roleSay(role)})
	}
	return err
}

// mayGive tells whether the person may give, and end, this role in all of the scope. An empty team is nobody's own scope.
func (t *Turn) mayGive(role storage.RoleName, scope storage.Scope) (bool, error) {
	ids, err := t.Tx.AreaIDs(scope)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	own, err := t.AreaIDs(inviters[role])
	return err == nil && !slices.ContainsFunc(ids, func(id int64) bool { return !slices.Contains(own, id) }), err
}

// activateCommand turns a code into a role.
func activateCommand() Command {
	return Command{Name: "activate", Args: "CODE", Words: true, PrivateOnly: true, Run: func(t *Turn, args string) error {
		if !t.Private() {
			return messages.Refuse("activate.private")
		}
		if strings.TrimSpace(args) == "" {
			return messages.Refuse("activate.how")
		}
		if err := t.fewWrongCodes(); err != nil {
			return err
		}
		i, err := t.Tx.UseInvite(tidyCode(args), t.Person.ID, t.Now)
		if errors.Is(err, storage.ErrNotFound) {
			return t.wrongCode()
		}
		if err != nil {
			return err
		}
		return t.activated(i)
	}}
}

// fewWrongCodes refuses who typed so many wrong codes within an hour that it looks like guessing.
func (t *Turn) fewWrongCodes() error {
	wrong, err := t.Tx.WrongCodes(t.Person.ID, t.Now.Add(-time.Hour))
	if err == nil && wrong >= wrongCodes {
		err = messages.Refuse("activate.wait")
	}
	return err
}

// wrongCode remembers a wrong code, and says so.
func (t *Turn) wrongCode() error {
	if err := t.Tx.AddWrongCode(t.Person.ID, t.Now); err != nil {
		return err
	}
	return t.ReplyS(messages.S("activate.wrong"))
}

func (t *Turn) activated(i storage.Invite) error {
	role := storage.Role{PersonID: t.Person.ID, Role: i.Role, Scope: i.Scope, GrantedBy: i.CreatedBy, GrantedAt: t.Now.UnixMilli()}
	if err := t.Tx.GrantRole(role); err != nil {
		return err
	}
	t.heldLoaded = false
	name, err := t.Tx.ScopeName(i.Scope)
	if err != nil {
		return err
	}
	can, err := t.helpSay()
	if err != nil {
		return err
	}
	options, err := t.helpOptions()
	if err != nil {
		return err
	}
	done := messages.S("activate.done", messages.V{"Role": roleSay(i.Role), "Scope": name})
	return t.Reply(messages.Paragraphs(append([]messages.Say{done}, can...)...).With(options...))
}

// roleSay is the name of a role in the reader's language.
func roleSay(r storage.RoleName) messages.Say { return messages.S("role." + string(r)) }

func roleList() messages.Lines {
	var out messages.Lines
	for _, r := range storage.RoleNames {
		out = append(out, messages.S("role.line", messages.V{"Name": string(r), "Role": roleSay(r)}))
	}
	return out
}
