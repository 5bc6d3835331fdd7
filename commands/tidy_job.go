package commands

import (
	"context"
	"errors"
	"time"

	"github.com/buurtbode/buurtbode/storage"
)

// formsJob deletes the forms that nobody finished in time: they may hold a phone number.
func (e *Engine) formsJob() Job {
	return Job{
		Name: "forms",
		Next: clockless((*storage.Tx).NextFormExpiry),
		Run:  func(_ context.Context, tx *storage.Tx, now time.Time) error { return tx.DropExpiredForms(now) },
	}
}

// filesJob erases the files that people asked for, a day after they did.
func (e *Engine) filesJob() Job {
	return Job{
		Name: "files",
		Next: clockless(func(tx *storage.Tx) (time.Time, error) {
			oldest, err := tx.NextDocument()
			if err != nil || oldest.IsZero() {
				return time.Time{}, err
			}
			return oldest.Add(keepFiles), nil
		}),
		Run: func(_ context.Context, tx *storage.Tx, now time.Time) error {
			return tx.EraseDocuments(now.Add(-keepFiles))
		},
	}
}

// purgeJob deletes what is left of erased people once their last answer was sent.
func (e *Engine) purgeJob() Job {
	return Job{
		Name: "purge",
		Next: clockless((*storage.Tx).NextToPurge),
		Run:  func(_ context.Context, tx *storage.Tx, now time.Time) error { return tx.PurgeChats(now) },
	}
}

// The old texts are erased once a night, when nobody waits for an answer.
const (
	textsHour    = 4
	textsName    = "texts"
	textsNightly = "nightly"
)

// keepPhotos is how long the photo of an alert is kept after the alert has ended.
const keepPhotos = 30 * 24 * time.Hour

// textsJob erases the texts of answers that are older than keepTexts, the photos of alerts that ended keepPhotos ago, and
// when officers were away.
func (e *Engine) textsJob() Job {
	return Job{
		Name: textsName,
		Next: func(tx *storage.Tx, now time.Time) (time.Time, error) {
			s, err := tx.FindSchedule(textsName)
			if errors.Is(err, storage.ErrNotFound) {
				return now, nil
			}
			return storage.At(s.NextAt), err
		},
		Run: func(_ context.Context, tx *storage.Tx, now time.Time) error {
			next := daily(textsHour, now.In(e.Settings.Zone).Add(time.Nanosecond))
			s, err := tx.EnsureSchedule(textsName, textsNightly, next)
			if err != nil || s.NextAt > now.UnixMilli() {
				return err
			}
			mine, err := tx.AdvanceSchedule(textsName, storage.At(s.NextAt), next)
			if err != nil || !mine {
				return err
			}
			if err := tx.ForgetTips(now.Add(-keepTexts)); err != nil {
				return err
			}
			if err := tx.ErasePhotos(now.Add(-keepPhotos)); err != nil {
				return err
			}
			if err := tx.ForgetAway(now, now.In(e.Settings.Zone).Format(time.DateOnly)); err != nil {
				return err
			}
			if err := tx.ForgetCallWords(now.Add(-keepTexts)); err != nil {
				return err
			}
			return tx.EraseOldTexts(now.Add(-keepTexts))
		},
	}
}
