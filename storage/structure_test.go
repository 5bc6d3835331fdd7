package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestImportAgainUpdates(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		before := district(t, s)
		after := district(t, s)
		if len(before) != 5 || len(after) != 5 {
			t.Fatalf("%d areas, and %d after a second time", len(before), len(after))
		}
		for name, a := range before {
			if after[name].ID != a.ID {
				t.Errorf("%s got another id", name)
			}
		}
		neighbours := func(of, want string) {
			t.Helper()
			read(t, s, func(tx *storage.Tx) error {
				got, err := tx.Neighbours(before[of].ID)
				if names(got) != want {
					t.Errorf("next to %s are %q, want %q", of, names(got), want)
				}
				return err
			})
		}
		neighbours("Bergen", "Schoorl") // said by Schoorl only
		neighbours("Schoorl", "Bergen")
		neighbours("Castricum", "Bakkum,Egmond") // over the border of the municipality
		write(t, s, func(tx *storage.Tx) error {
			return tx.Import(storage.Structure{Municipalities: []storage.MunicipalityEntry{{
				Name: "Bergen", Inhabitants: 31_000, Areas: []storage.AreaEntry{
					{Name: "Bergen", Neighbours: []string{"Egmond"}},
					{Name: "Schoorl", Postcodes: []string{"1872"}},
					{Name: "Egmond", Neighbours: []string{"Bergen"}},
				},
			}}})
		})
		neighbours("Bergen", "Egmond") // no longer Schoorl
		neighbours("Schoorl", "")
		neighbours("Egmond", "Bergen,Castricum") // Castricum was not imported this time
		read(t, s, func(tx *storage.Tx) error {
			a, err := tx.Area(before["Schoorl"].ID)
			if err != nil || a.TeamID != nil {
				t.Errorf("Schoorl is %+v, %v: its team was taken away", a, err)
			}
			m, err := tx.Municipality(a.MunicipalityID)
			if err != nil || m.Inhabitants != 31_000 {
				t.Errorf("Bergen is %+v, %v", m, err)
			}
			for words, want := range map[string]string{"1871": "", "1872 AB": "Schoorl"} {
				found, err := tx.FindAreas(words)
				if err != nil || names(found) != want {
					t.Errorf("%s is %q, want %q: %v", words, names(found), want, err)
				}
			}
			teams, err := tx.Teams()
			if len(teams) != 2 {
				t.Errorf("teams are %+v", teams)
			}
			return err
		})
	})
}

func TestImportRefusesAGuess(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		district(t, s)
		add := func(neighbour string) error {
			return s.Write(ctx(), func(tx *storage.Tx) error {
				return tx.Import(storage.Structure{Municipalities: []storage.MunicipalityEntry{
					{Name: "Alkmaar", Areas: []storage.AreaEntry{{Name: "Bakkum", Neighbours: []string{neighbour}}}},
					{Name: "Heiloo", Areas: []storage.AreaEntry{{Name: "Heiloo", Neighbours: []string{neighbour}}}},
				}})
			})
		}
		for name, want := range map[string]string{"Schoo": "Schoo", "Camperduin": "Camperduin", "Bakkum": "Bakkum (Alkmaar)"} {
			if err := add(name); !errors.Is(err, storage.ErrNotFound) || !strings.Contains(err.Error(), want) {
				t.Errorf("the neighbour %s gives %v", name, err)
			}
		}
		if err := add("bákkum (castricum)"); err != nil {
			t.Error(err)
		}
	})
}

func TestFindAreas(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		district(t, s)
		read(t, s, func(tx *storage.Tx) error {
			for words, want := range map[string]string{
				"1901":              "Bakkum,Castricum", // several
				" 1871 ab ":         "Schoorl",
				"1871a":             "", // no postcode
				"1000":              "",
				"BERGEN":            "Bergen", // the area before the municipality
				"schoorl (bergen)":  "Schoorl",
				"groet":             "Schoorl", // without its accent
				"  Camperduin  ":    "Schoorl",
				"egm":               "Egmond",
				"eg":                "", // too short to guess from
				"cas":               "Castricum",
				"camp":              "Schoorl",
				"":                  "",
				"%":                 "",
				"x' OR '1'='1":      "",
				"\u0301":            "",
				"Schoorl (Alkmaar)": "",
			} {
				found, err := tx.FindAreas(words)
				if err != nil || names(found) != want {
					t.Errorf("%q means %q, want %q: %v", words, names(found), want, err)
				}
			}
			main, err := tx.MainAreas()
			if len(main) != 2 {
				t.Errorf("main areas are %v", main)
			}
			near, err2 := tx.AreasNear(52.68, 4.71)
			if names(near) != "Bergen" {
				t.Errorf("near Bergen is %q", names(near))
			}
			far, err3 := tx.AreasNear(51, 4)
			if len(far) != 0 {
				t.Errorf("far away is %q", names(far))
			}
			return errors.Join(err, err2, err3)
		})
	})
}

// A whole country has some thousands of areas.
func BenchmarkImport(b *testing.B) {
	structure := storage.Structure{}
	for m := range 40 {
		entry := storage.MunicipalityEntry{Name: fmt.Sprintf("M%d", m)}
		for a := range 25 {
			entry.Areas = append(entry.Areas, storage.AreaEntry{
				Name: fmt.Sprintf("A%d-%d", m, a), Neighbours: []string{fmt.Sprintf("A%d-%d", m, (a+1)%25)},
			})
		}
		structure.Municipalities = append(structure.Municipalities, entry)
	}
	s := storagetest.Open(b, storagetest.SQLite(b))
	for b.Loop() {
		write(b, s, func(tx *storage.Tx) error { return tx.Import(structure) })
	}
}
