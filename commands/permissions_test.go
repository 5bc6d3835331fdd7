package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/locales"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// wanted says once more, apart from the table, which roles may do what.
func wanted() map[Action]string {
	return map[Action]string{
		SendAlert:     "officer opco",
		GiveFeedback:  "officer opco portfolio",
		HandOver:      "officer opco portfolio",
		BeAway:        "officer opco portfolio",
		SeePending:    "officer opco portfolio",
		WriteNote:     "officer opco",
		RunWeekly:     "officer opco",
		LinkChat:      "officer opco",
		SpeakForGroup: "officer opco",
		VerifyGroup:   "keeper coordinator officer opco",
		SeeContacts:   "officer opco portfolio keeper",
		InvitePolice:  "portfolio",
		InviteTown:    "keeper",
		InviteVillage: "portfolio keeper",
		RevokeRoles:   "portfolio keeper",
		ApproveAlert:  "officer opco portfolio",
		WithdrawAlert: "opco portfolio",
		SetApproval:   "portfolio",
		SeeTemplates:  "officer opco portfolio",
		EditTemplates: "opco portfolio",
		AdviseSigns:   "officer opco",
		DecideSigns:   "keeper",
		NoteCall:      "controlroom officer opco portfolio",
		SeeImpact:     "officer opco portfolio keeper districtmanager",
	}
}

// inside says which areas of the test's structure a scope covers. Hillegom is next to all of them and in none.
func inside() map[string][]string {
	return map[string][]string{
		"area":         {"Lisse"},
		"municipality": {"Lisse", "Poelpolder"},
		"team":         {"Lisse", "Poelpolder", "Noordwijk"},
		"district":     {"Lisse", "Poelpolder", "Noordwijk"},
	}
}

func threeTowns() storage.Structure {
	next := []string{"Hillegom"}
	return storage.Structure{
		Districts: []storage.DistrictEntry{{Name: "Leiden-Bollenstreek"}, {Name: "Kennemerland"}},
		Teams:     []storage.TeamEntry{{Name: "Zuid", District: "Leiden-Bollenstreek"}, {Name: "Noord", District: "Kennemerland"}},
		Municipalities: []storage.MunicipalityEntry{
			{Name: "Hillegom", Team: "Noord", Areas: []storage.AreaEntry{{Name: "Hillegom"}}},
			{Name: "Lisse", Team: "Zuid", Areas: []storage.AreaEntry{{Name: "Lisse", Neighbours: next}, {Name: "Poelpolder", Neighbours: next}}},
			{Name: "Noordwijk", Team: "Zuid", Areas: []storage.AreaEntry{{Name: "Noordwijk", Neighbours: next}}},
		},
	}
}

// bench is an engine on a database with three towns.
func bench(t *testing.T) (*Engine, *storage.Store) {
	t.Helper()
	cat, err := locales.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	s := storagetest.Open(t, storagetest.SQLite(t))
	if err := s.Write(context.Background(), func(tx *storage.Tx) error { return tx.Import(threeTowns()) }); err != nil {
		t.Fatal(err)
	}
	return New(Config{Catalog: cat, Settings: Settings{Zone: time.UTC}}), s
}

// TestEveryRoleInEveryScope walks action x role x scope, with the neighbouring area.
func TestEveryRoleInEveryScope(t *testing.T) {
	for a := range permissions {
		if _, ok := wanted()[a]; !ok {
			t.Errorf("nobody wrote down in this test who may %s", a)
		}
	}
	e, s := bench(t)
	now := time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC)
	err := s.Write(context.Background(), func(tx *storage.Tx) error {
		for kind, covered := range inside() {
			name := map[string]string{"area": "Lisse", "municipality": "Lisse", "team": "Zuid", "district": "Leiden-Bollenstreek"}[kind]
			scope, _, err := FindScope(tx, kind, name)
			if err != nil {
				return err
			}
			for _, role := range storage.RoleNames {
				turn, err := holderOf(e, tx, role, scope, now)
				if err != nil {
					return err
				}
				if err := walk(t, turn, fmt.Sprintf("%s of %s %s", role, kind, name), role, covered); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// holderOf is a turn of a new person with one role.
func holderOf(e *Engine, tx *storage.Tx, role storage.RoleName, scope storage.Scope, now time.Time) (*Turn, error) {
	account, err := tx.Account("telegram", "1")
	if err != nil {
		return nil, err
	}
	id := fmt.Sprintf("%s-%v", role, scope)
	p, err := tx.EnsurePerson(account, messages.Sender{ID: id, Name: id}, nil, now)
	if err != nil {
		return nil, err
	}
	turn := e.turn(context.Background(), tx, now)
	turn.Person = p
	return turn, tx.GrantRole(storage.Role{PersonID: p.ID, Role: role, Scope: scope, GrantedAt: 1})
}

func walk(t *testing.T, turn *Turn, who string, role storage.RoleName, covered []string) error {
	t.Helper()
	areas, err := turn.Tx.Areas()
	if err != nil {
		return err
	}
	for action, roles := range wanted() {
		want := slices.Contains(strings.Fields(roles), string(role))
		may, err := turn.May(action)
		if err != nil {
			return err
		}
		if may != want {
			t.Errorf("%s may %s: %v, want %v", who, action, may, want)
		}
		for _, a := range areas {
			may, err := turn.MayIn(action, a.ID)
			if err != nil {
				return err
			}
			if want := want && slices.Contains(covered, a.Name); may != want {
				t.Errorf("%s may %s in %s: %v, want %v", who, action, a.Name, may, want)
			}
		}
	}
	return nil
}

// TestRolesAreGivenInsideTheOwnScopeOnly walks giver x role x scope: who may give a role may end it, and nobody else.
func TestRolesAreGivenInsideTheOwnScopeOnly(t *testing.T) {
	e, s := bench(t)
	now := time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC)
	police := []storage.RoleName{storage.Officer, storage.OpCo, storage.Portfolio, storage.ControlRoom, storage.Coordinator}
	town := []storage.RoleName{storage.Keeper, storage.DistrictManager, storage.Enforcement, storage.Coordinator}
	err := s.Write(context.Background(), func(tx *storage.Tx) error {
		for giver, gives := range map[storage.RoleName][]storage.RoleName{
			storage.Portfolio: police, storage.Keeper: town, storage.Officer: nil, storage.Coordinator: nil, storage.OpCo: nil,
		} {
			own, _, err := FindScope(tx, "municipality", "Lisse")
			if err != nil {
				return err
			}
			turn, err := holderOf(e, tx, giver, own, now)
			if err != nil {
				return err
			}
			for place, inside := range map[string]bool{
				"area Lisse": true, "area Poelpolder": true, "municipality Lisse": true, "area Hillegom": false, "municipality Hillegom": false, "team Zuid": false, "district Leiden-Bollenstreek": false,
			} {
				kind, name, _ := strings.Cut(place, " ")
				scope, _, err := FindScope(tx, kind, name)
				if err != nil {
					return err
				}
				for _, role := range storage.RoleNames {
					may, err := turn.mayGive(role, scope)
					if err != nil {
						return err
					}
					if want := inside && slices.Contains(gives, role); may != want {
						t.Errorf("%s of Lisse may give %s of %s: %v, want %v", giver, role, place, may, want)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEndedRolesGiveNothing holds that what ended is over at once.
func TestEndedRolesGiveNothing(t *testing.T) {
	e, s := bench(t)
	now := time.Date(2018, 5, 7, 12, 0, 0, 0, time.UTC)
	err := s.Write(context.Background(), func(tx *storage.Tx) error {
		scope, _, err := FindScope(tx, "area", "Lisse")
		if err != nil {
			return err
		}
		turn, err := holderOf(e, tx, storage.Officer, scope, now)
		if err != nil {
			return err
		}
		held, err := tx.RolesOf(turn.Person.ID)
		if err != nil {
			return err
		}
		if err := tx.EndRoles([]int64{held[0].ID}, now); err != nil {
			return err
		}
		if may, err := turn.May(SendAlert); err != nil || may {
			t.Errorf("who was an officer may send alerts: %v, %v", may, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
