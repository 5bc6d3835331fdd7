package bot

import (
	"context"
	"errors"
	"strings"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/storage"
)

type inviteCommand struct {
	Role         string `arg:"" help:"officer, opco, portfolio, keeper, coordinator, districtmanager, controlroom or enforcement."`
	Area         string `help:"The area in which the role holds."`
	Municipality string `help:"Or the municipality."`
	Team         string `help:"Or the police team: all areas that it works in."`
	District     string `help:"Or, for the control room, the police district: all areas of its teams."`
}

// Run prints the code alone on stdout, and what to do with it on stderr.
func (c inviteCommand) Run(ctx context.Context, a *app) error {
	role, ok := commands.FindRole(c.Role)
	if !ok {
		return misused("there is no role %q; there are %s", c.Role, roles())
	}
	kind, name, err := c.place()
	if err != nil {
		return err
	}
	if err := a.mustExist(); err != nil {
		return err
	}
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	var code, full string
	err = store.Write(ctx, func(tx *storage.Tx) error {
		scope, names, err := commands.FindScope(tx, kind, name)
		if err := unclear(kind, name, names, err); err != nil {
			return err
		}
		full = names[0]
		if kind == "district" && role != storage.ControlRoom {
			return misused("only the control room has a whole district: name an area, a municipality or a team for %s", role)
		}
		code, err = commands.Invite(tx, role, scope, nil, a.now())
		return err
	})
	if err != nil {
		return err
	}
	a.note("The code makes one person %s of %s, once and within 7 days: let them write /activate and the code to the bot in a private chat.", role, full)
	return a.print("%s", code)
}

// place is where the role is to hold: what kind of place, and its name.
func (c inviteCommand) place() (kind, name string, err error) {
	given := 0
	for _, p := range [][2]string{{"area", c.Area}, {"municipality", c.Municipality}, {"team", c.Team}, {"district", c.District}} {
		if strings.TrimSpace(p[1]) != "" {
			kind, name = p[0], p[1]
			given++
		}
	}
	if given != 1 {
		return "", "", misused("say where the role holds: one of --area, --municipality, --team and --district")
	}
	return kind, name, nil
}

// unclear tells the caller why a name is not the name of one place, and what there is.
func unclear(kind, name string, names []string, err error) error {
	switch {
	case errors.Is(err, storage.ErrNotFound) && len(names) == 0:
		return misused("there is no %s %q, nor any other: buurtbode import brings them in", kind, name)
	case errors.Is(err, storage.ErrNotFound):
		return misused("there is no %s %q; there are %s", kind, name, strings.Join(names, ", "))
	case err != nil:
		return err
	case len(names) > 1:
		return misused("more than one %s is meant by %q: %s", kind, name, strings.Join(names, ", "))
	}
	return nil
}

func roles() string {
	names := make([]string, len(storage.RoleNames))
	for i, r := range storage.RoleNames {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}
