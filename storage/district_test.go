package storage_test

import (
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestADistrictCoversItsTeamsAndWhatNoTeamHas(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		_, keeper, admin, _ := people(t, s)
		areas := func(names ...string) (out []storage.AreaEntry) {
			for _, n := range names {
				out = append(out, storage.AreaEntry{Name: n})
			}
			return out
		}
		write(t, s, func(tx *storage.Tx) error {
			return tx.Import(storage.Structure{
				Districts: []storage.DistrictEntry{{Name: "Leiden-Bollenstreek", Unit: "Den Haag"}, {Name: "Kennemerland", Unit: "Noord-Holland"}},
				Teams: []storage.TeamEntry{
					{Name: "Bollenstreek", District: "Leiden-Bollenstreek"},
					{Name: "Leiden", District: "Leiden-Bollenstreek"},
					{Name: "Haarlem", District: "Kennemerland"},
					{Name: "Los"},
				},
				Municipalities: []storage.MunicipalityEntry{
					{Name: "Lisse", Team: "Bollenstreek", Areas: areas("Lisse", "Poelpolder")},
					{Name: "Leiden", Team: "Leiden", Areas: areas("Leiden")},
					{Name: "Haarlem", Team: "Haarlem", Areas: areas("Haarlem")},
					{Name: "Zoeterwoude", District: "Leiden-Bollenstreek", Areas: areas("Zoeterwoude")},
					{Name: "Bloemendaal", District: "Leiden-Bollenstreek", Team: "Haarlem", Areas: areas("Bloemendaal")}, // the team knows better
					{Name: "Ergens", Team: "Los", Areas: areas("Ergens")},
				},
			})
		})
		write(t, s, func(tx *storage.Tx) error {
			all, err := tx.Districts()
			if err != nil || len(all) != 2 || all[0].Unit != "Den Haag" {
				t.Fatalf("the districts are %+v (%v)", all, err)
			}
			scope := storage.Scope{DistrictID: &all[0].ID}
			found, err := tx.AreasOfDistrict(all[0].ID)
			if err != nil {
				return err
			}
			var names []string
			for _, a := range found {
				names = append(names, a.Name)
			}
			if got := strings.Join(names, " "); got != "Leiden Lisse Poelpolder Zoeterwoude" {
				t.Errorf("the district has %s", got)
			}
			if name, err := tx.ScopeName(scope); err != nil || name != "Leiden-Bollenstreek" {
				t.Errorf("the district is called %q (%v)", name, err)
			}
			for _, p := range []int64{keeper.ID, admin.ID} {
				if err := tx.GrantRole(storage.Role{PersonID: p, Role: storage.ControlRoom, Scope: scope}); err != nil {
					return err
				}
			}
			one, err := tx.JoinPersons(keeper.ID, admin.ID)
			if err != nil {
				return err
			}
			roles, err := tx.RolesOf(one.ID)
			if len(roles) != 1 || roles[0].DistrictID == nil || *roles[0].DistrictID != all[0].ID {
				t.Errorf("two people who are one have %+v", roles)
			}
			return err
		})
	})
}
