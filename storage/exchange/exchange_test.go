package exchange_test

import (
	"context"
	"strings"
	"testing"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/exchange"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestSampleTwiceIsTheSame(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := context.Background()
		for range 2 {
			r, err := exchange.ImportSample(ctx, s)
			if err != nil {
				t.Fatal(err)
			}
			if r.Groups != 195 || r.Areas != 11 || r.Municipalities != 11 {
				t.Fatalf("report is %+v", r)
			}
		}
		err := s.Read(ctx, func(tx *storage.Tx) error {
			counts, err := tx.CountGroups()
			if err != nil {
				return err
			}
			total := 0
			for _, n := range counts {
				total += n
			}
			if total != 195 {
				t.Errorf("%d groups, want 195", total)
			}
			for words, want := range map[string]string{
				"2161": "Lisse", "2161 AB": "Lisse", "sassenheim": "Teylingen", "LISSE": "Lisse", "Noordw": "Noordwijk,Noordwijkerhout",
				"noordwijk": "Noordwijk", "": "", "9999": "", "de Engel": "Lisse",
			} {
				found, err := tx.FindAreas(words)
				if err != nil {
					return err
				}
				var names []string
				for _, a := range found {
					names = append(names, a.Name)
				}
				if got := strings.Join(names, ","); got != want {
					t.Errorf("%q means %q, want %q", words, got, want)
				}
			}
			near, err := tx.AreasNear(52.26, 4.55)
			if err != nil || len(near) != 1 || near[0].Name != "Lisse" {
				t.Errorf("near Lisse is %v, %v", near, err)
			}
			lisse, err := tx.FindAreas("Lisse")
			if err != nil {
				return err
			}
			neighbours, err := tx.Neighbours(lisse[0].ID)
			if err != nil || len(neighbours) != 3 {
				t.Errorf("neighbours of Lisse are %v, %v", neighbours, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := exchange.RemoveSample(ctx, s); err != nil || n != 195 {
			t.Errorf("removed %d, %v", n, err)
		}
	})
}

func TestImportSaysWhatToMend(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLite(t))
	for in, want := range map[string]string{
		"x = ":                       "no good TOML",
		"[[municipality]]":           "has no name",
		"colour = 1":                 "means nothing here",
		"":                           "no [[municipality]]",
		"[[municipality]]\nname='A'": "has no area",
		"[[municipality]]\nname='A'\nteam='T'\n[[municipality.area]]\nname='A'":               "no [[team]]",
		"[[municipality]]\nname='A'\n[[municipality.area]]\nname='A'\npostcodes=['21']":       "no postcode",
		"[[municipality]]\nname='A'\n[[municipality.area]]\nname='A'\nneighbours=['Nowhere']": "Nowhere",
		"[[municipality]]\nname='A'\n[[municipality.area]]\nname='A'\nlatitude=1.0":           "both latitude",
	} {
		_, err := exchange.Import(context.Background(), s, strings.NewReader(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, want %q in it", in, err, want)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add("[[municipality]]\nname='A'\n[[municipality.area]]\nname='A'\n")
	s := storagetest.Open(f, storagetest.SQLite(f))
	f.Fuzz(func(_ *testing.T, in string) {
		_, _ = exchange.Import(context.Background(), s, strings.NewReader(in)) // no panic
	})
}
