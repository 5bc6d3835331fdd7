package bot

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/buurtbode/buurtbode/storage/exchange"
)

type importCommand struct {
	File         string `arg:"" optional:"" help:"A TOML file as docs/import.md shows it, or the word sample: the district Leiden-Bollenstreek of 2018 with 195 groups."`
	RemoveSample bool   `help:"Take the sample's groups out of the register."`
}

// Run brings the database up to the file; again is an update.
func (c importCommand) Run(ctx context.Context, a *app) error {
	if (c.File == "") == !c.RemoveSample {
		return misused("say what to import: a file, or sample; or --remove-sample")
	}
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if c.RemoveSample {
		n, err := exchange.RemoveSample(ctx, store)
		if err != nil {
			return fmt.Errorf("remove the sample: %w", err)
		}
		return a.print("removed %d sample groups", n)
	}
	if c.File == "sample" {
		report, err := exchange.ImportSample(ctx, store)
		if err != nil {
			return fmt.Errorf("import the sample: %w", err)
		}
		return a.print("%s", report)
	}
	f, err := os.Open(c.File)
	if err != nil {
		var reason *os.PathError
		if errors.As(err, &reason) {
			err = reason.Err
		}
		return misused("%s can't be read: %w", c.File, err)
	}
	defer func() { _ = f.Close() }()
	report, err := exchange.Import(ctx, store, f)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	return a.print("%s", report)
}
