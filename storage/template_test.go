package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestTemplateKeepsItsVersions(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area := district(t, s)["Bergen"]
		anna := person(t, s, "7")
		write(t, s, func(tx *storage.Tx) error {
			team, err := tx.TeamOfArea(area.ID)
			if err != nil {
				return err
			}
			one, err := tx.AddTemplate(storage.AlertTemplate{TeamID: team.ID, Kind: "missing", Name: "Kind"})
			if err != nil {
				return err
			}
			for i, text := range []string{"eerst", "dan"} {
				n, err := tx.AddTemplateVersion(storage.TemplateVersion{TemplateID: one.ID, Dutch: text, PersonID: &anna.ID}, noon.Add(time.Duration(i)*time.Hour))
				if err != nil || n != i+1 {
					t.Errorf("version %d is the %dth: %v", n, i+1, err)
				}
			}
			latest, err := tx.TemplateVersion(one.ID, 0)
			first, firstErr := tx.TemplateVersion(one.ID, 1)
			if latest.Dutch != "dan" || first.Dutch != "eerst" || first.CreatedAt != noon.UnixMilli() {
				t.Errorf("the latest is %+v, the first %+v", latest, first)
			}
			if _, err := tx.TemplateVersion(one.ID, 3); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("a third version: %v", err)
			}
			all, allErr := tx.TemplateVersions(one.ID)
			missing, missingErr := tx.Templates([]int64{team.ID}, "missing")
			warning, warningErr := tx.Templates([]int64{team.ID}, "warning")
			if len(all) != 2 || len(missing) != 1 || missing[0].Version != 2 || len(warning) != 0 {
				t.Errorf("versions %v, templates %v and %v", all, missing, warning)
			}
			if err := tx.DeleteTemplate(one.ID, noon); err != nil {
				return err
			}
			_, gone := tx.Template(one.ID)
			if left, err := tx.Templates([]int64{team.ID}, ""); err != nil || len(left) != 0 || !errors.Is(gone, storage.ErrNotFound) {
				t.Errorf("deleted, it is still there: %v, %v, %v", left, err, gone)
			}
			if v, err := tx.TemplateVersion(one.ID, 0); err != nil || v.Dutch != "dan" {
				t.Errorf("deleted, its wording is %+v, %v", v, err)
			}
			return errors.Join(err, firstErr, allErr, missingErr, warningErr)
		})
	})
}
