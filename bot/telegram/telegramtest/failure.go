package telegramtest

import (
	"fmt"

	"github.com/mymmrac/telego/telegoapi"
)

// failure is a refusal as the Bot API words it: https://core.telegram.org/bots/api#making-requests
type failure struct {
	code       int
	words      string
	retryAfter int // seconds
	migrateTo  int64
}

// Error is the API's own words.
func (f *failure) Error() string { return f.words }

func badRequest(format string, args ...any) *failure {
	return &failure{code: 400, words: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(words string) *failure { return &failure{code: 403, words: "Forbidden: " + words} }

func conflict(words string) *failure { return &failure{code: 409, words: "Conflict: " + words} }

func notFound() *failure { return &failure{code: 404, words: "Not Found"} }

func tooMany(seconds int) *failure {
	return &failure{code: 429, words: fmt.Sprintf("Too Many Requests: retry after %d", seconds), retryAfter: seconds}
}

// wire is the refusal as it is written.
func (f *failure) wire() telegoapi.Response {
	e := &telegoapi.Error{ErrorCode: f.code, Description: f.words}
	if f.retryAfter != 0 || f.migrateTo != 0 {
		e.Parameters = &telegoapi.ResponseParameters{RetryAfter: f.retryAfter, MigrateToChatID: f.migrateTo}
	}
	return telegoapi.Response{Error: e}
}
