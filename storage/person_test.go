package storage_test

import (
	"errors"
	"testing"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestPersonIsReachedInPrivateOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		group := chat(t, s, "-5")
		var p storage.Person
		write(t, s, func(tx *storage.Tx) (err error) {
			p, err = tx.EnsurePerson(group.AccountID, messages.Sender{ID: "7", Name: "Anna", Language: "en"}, nil, noon)
			return err
		})
		read(t, s, func(tx *storage.Tx) error {
			if _, err := tx.PrivateChat(p.ID); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("who never wrote in private has a private chat: %v", err)
			}
			return nil
		})
		private := chat(t, s, "7")
		write(t, s, func(tx *storage.Tx) error {
			again, err := tx.EnsurePerson(group.AccountID, messages.Sender{ID: "7", Name: "Anna B", Language: "nl"}, &private.ID, noon)
			if again.ID != p.ID || again.Language != "en" {
				t.Errorf("the same person is %+v: a language is kept once it is known", again)
			}
			return err
		})
		write(t, s, func(tx *storage.Tx) error { // in a group again, without a name: both are kept
			_, err := tx.EnsurePerson(group.AccountID, messages.Sender{ID: "7"}, nil, noon)
			return err
		})
		write(t, s, func(tx *storage.Tx) error {
			return errors.Join(tx.SetLanguage(p.ID, "nl"), tx.SetGreeted(p.ID, noon))
		})
		read(t, s, func(tx *storage.Tx) error {
			c, err := tx.PrivateChat(p.ID)
			if err != nil || c.ID != private.ID {
				t.Errorf("the private chat is %d, %v", c.ID, err)
			}
			who, err := tx.PersonOfChat(private.ID)
			if err != nil || who.ID != p.ID || who.Language != "nl" || who.GreetedAt != noon.UnixMilli() {
				t.Errorf("the person of the chat is %+v, %v", who, err)
			}
			name, err := tx.Name(p.ID)
			if err != nil || name != "Anna B" {
				t.Errorf("the name is %q, %v", name, err)
			}
			accounts, err := tx.Identities(p.ID)
			if len(accounts) != 1 || accounts[0].UserID != "7" {
				t.Errorf("identities are %+v", accounts)
			}
			return err
		})
		write(t, s, func(tx *storage.Tx) error { return tx.ChatGone(private.ID, noon) })
		read(t, s, func(tx *storage.Tx) error {
			if _, err := tx.PrivateChat(p.ID); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("who blocked the bot is reached: %v", err)
			}
			if _, err := tx.FindPerson(group.AccountID, "8"); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("an unknown person gives %v", err)
			}
			return nil
		})
	})
}

func TestRolesHoldInTheirScope(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s)
		bergen, egmond := areas["Bergen"], areas["Egmond"]
		one, two, three := person(t, s, "1"), person(t, s, "2"), person(t, s, "3")
		write(t, s, func(tx *storage.Tx) error {
			for range 2 { // the same role in the same scope is given once
				if err := tx.GrantRole(storage.Role{PersonID: one.ID, Role: storage.Officer, Scope: storage.Scope{AreaID: &bergen.ID}, GrantedAt: 1}); err != nil {
					return err
				}
			}
			return errors.Join(
				tx.GrantRole(storage.Role{PersonID: two.ID, Role: storage.Officer, Scope: storage.Scope{TeamID: egmond.TeamID}, GrantedAt: 1}),
				tx.GrantRole(storage.Role{PersonID: two.ID, Role: storage.Keeper, Scope: storage.Scope{MunicipalityID: &bergen.MunicipalityID}, GrantedAt: 1}),
				tx.GrantRole(storage.Role{PersonID: three.ID, Role: storage.Portfolio, Scope: storage.Scope{TeamID: bergen.TeamID}, GrantedAt: 1}),
			)
		})
		holders := func(area storage.Area, want []int64, roles ...storage.RoleName) {
			t.Helper()
			read(t, s, func(tx *storage.Tx) error {
				got, err := tx.Holders(area.ID, roles...)
				if len(got) != len(want) {
					t.Errorf("%v of %s are %v, want %v", roles, area.Name, got, want)
					return err
				}
				for i := range want {
					if got[i] != want[i] {
						t.Errorf("%v of %s are %v, want %v", roles, area.Name, got, want)
					}
				}
				return err
			})
		}
		holders(bergen, []int64{one.ID}, storage.Officer)
		holders(areas["Schoorl"], nil, storage.Officer) // the neighbouring area of the same team
		holders(areas["Schoorl"], []int64{three.ID}, storage.Portfolio)
		holders(egmond, []int64{two.ID}, storage.Officer, storage.Keeper) // holds both, and is named once
		holders(areas["Castricum"], nil, storage.Officer, storage.Keeper, storage.Portfolio)
		read(t, s, func(tx *storage.Tx) error {
			for _, c := range []struct {
				scope storage.Scope
				name  string
				areas int
			}{
				{storage.Scope{AreaID: &egmond.ID}, "Egmond (Bergen)", 1},
				{storage.Scope{MunicipalityID: &bergen.MunicipalityID}, "Bergen", 3},
				{storage.Scope{TeamID: bergen.TeamID}, "North", 2},
			} {
				name, err := tx.ScopeName(c.scope)
				if err != nil || name != c.name {
					t.Errorf("a scope is called %q, want %q: %v", name, c.name, err)
				}
				ids, err := tx.AreaIDs(c.scope)
				if err != nil || len(ids) != c.areas {
					t.Errorf("%s has the areas %v, want %d: %v", c.name, ids, c.areas, err)
				}
			}
			if ids, err := tx.AreaIDs(storage.Scope{}); err != nil || len(ids) != 0 {
				t.Errorf("no scope is everywhere: %v, %v", ids, err)
			}
			return nil
		})
		write(t, s, func(tx *storage.Tx) error {
			held, err := tx.RolesOf(one.ID)
			if err != nil || len(held) != 1 {
				t.Fatalf("roles are %+v, %v", held, err)
			}
			return tx.EndRoles([]int64{held[0].ID}, noon)
		})
		holders(bergen, nil, storage.Officer)
	})
}
