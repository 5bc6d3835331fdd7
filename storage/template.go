package storage

import "time"

// AlertTemplate is a wording of a team for a kind of alert. What it says stands in its versions.
type AlertTemplate struct {
	ID      int64
	TeamID  int64
	Kind    string
	Name    string
	Version int // the latest, which counts

	DeletedAt int64 // UTC milliseconds; 0: it is in use
}

// TemplateVersion is what a template said from a moment on.
type TemplateVersion struct {
	TemplateID int64
	Version    int
	Dutch      string
	English    string // empty: not translated
	PersonID   *int64 // nil: that person was erased
	CreatedAt  int64  // UTC milliseconds
}

// Templates are the templates in use of teams for a kind of alert, or for all kinds where it is empty, in the order in which they
// were made.
func (tx *Tx) Templates(teams []int64, kind string) ([]AlertTemplate, error) {
	var out []AlertTemplate
	err := tx.db.Raw("SELECT * FROM alert_templates WHERE team_id IN ? AND (kind = ? OR ? = '') AND deleted_at = 0 ORDER BY id", teams, kind, kind).Scan(&out).Error
	return out, wrap(err, "templates")
}

// Template finds a template that is in use. It fails with ErrNotFound when there is none.
func (tx *Tx) Template(id int64) (AlertTemplate, error) {
	var t AlertTemplate
	err := tx.db.Raw("SELECT * FROM alert_templates WHERE id = ? AND deleted_at = 0", id).Take(&t).Error
	return t, notFound(err, "template")
}

// AddTemplate adds a template, which says nothing yet.
func (tx *Tx) AddTemplate(t AlertTemplate) (AlertTemplate, error) {
	err := tx.db.Raw("INSERT INTO alert_templates (team_id, kind, name) VALUES (?, ?, ?) RETURNING id", t.TeamID, t.Kind, t.Name).Row().Scan(&t.ID)
	return t, wrap(err, "add template")
}

// DeleteTemplate takes a template out of use. It stays with its versions: what alerts said can be looked up.
func (tx *Tx) DeleteTemplate(id int64, now time.Time) error {
	return wrap(tx.db.Exec("UPDATE alert_templates SET deleted_at = ? WHERE id = ? AND deleted_at = 0", millis(now), id).Error, "delete template")
}

// AddTemplateVersion gives a template a new wording, and gives the number of that version; the earlier ones stay.
func (tx *Tx) AddTemplateVersion(v TemplateVersion, now time.Time) (int, error) {
	var version int
	err := tx.db.Raw("UPDATE alert_templates SET version = version + 1 WHERE id = ? RETURNING version", v.TemplateID).Row().Scan(&version)
	if err != nil {
		return 0, wrap(err, "new version of a template")
	}
	err = tx.db.Exec("INSERT INTO alert_template_versions (template_id, version, dutch, english, person_id, created_at) VALUES (?, ?, ?, ?, ?, ?)",
		v.TemplateID, version, v.Dutch, v.English, v.PersonID, millis(now)).Error
	return version, wrap(err, "new version of a template")
}

// TemplateVersion finds one version of a template; 0 is the latest. It fails with ErrNotFound when there is none.
func (tx *Tx) TemplateVersion(template int64, version int) (TemplateVersion, error) {
	var v TemplateVersion
	err := tx.db.Raw("SELECT * FROM alert_template_versions WHERE template_id = ? AND (version = ? OR ? = 0) ORDER BY version DESC LIMIT 1",
		template, version, version).Take(&v).Error
	return v, notFound(err, "version of a template")
}

// TemplateVersions are all versions of a template, the latest first.
func (tx *Tx) TemplateVersions(template int64) ([]TemplateVersion, error) {
	var out []TemplateVersion
	err := tx.db.Raw("SELECT * FROM alert_template_versions WHERE template_id = ? ORDER BY version DESC", template).Scan(&out).Error
	return out, wrap(err, "versions of a template")
}
