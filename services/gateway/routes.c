#include "services/gateway/routes.h"

#include "common/base/array.h"
#include "services/gateway/client_config.h"
#include "services/gateway/docs.h"
#include "services/gateway/edge/ops.h"
#include "services/gateway/openapi.h"
#include "services/gateway/read/composites.h"
#include "services/gateway/read/content.h"
#include "services/gateway/read/own_data.h"
#include "services/gateway/read/queries.h"
#include "services/gateway/write/activity.h"
#include "services/gateway/write/blobs.h"
#include "services/gateway/write/direct.h"
#include "services/gateway/write/logout.h"
#include "services/gateway/write/operations.h"
#include "services/gateway/write/send.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/audit.pb-c.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include "sotay/v1/notification.pb-c.h"
#include "sotay/v1/own_data.pb-c.h"
#include "sotay/v1/roster.pb-c.h"
#include "sotay/v1/rules.pb-c.h"
#include "sotay/v1/shapes.pb-c.h"

/* Least roles, where no resource in the path can say more. */
#define DEPUTY (1U << PB__ROLE__ROLE_DEPUTY_SECRETARY)
#define SECRETARY (1U << PB__ROLE__ROLE_SECRETARY)
#define OFFICER (1U << PB__ROLE__ROLE_OFFICER)
#define ADMIN (1U << PB__ROLE__ROLE_ADMIN)

#define MESSAGE(name) &pb__##name##__descriptor

/* How a row begins. */
#define PUBLIC_DIRECT(m, p) \
    .method = (m), .path = (p), .kind = ROUTE_DIRECT, .run = direct_run, .access = ACCESS_PUBLIC, .status = 200
#define DIRECT(m, p)                                                                                 \
    .method = (m), .path = (p), .kind = ROUTE_DIRECT, .run = direct_run, .access = ACCESS_SIGNED_IN, \
    .service = SERVICE_AUTH
#define QUERY(m, p)                                                                                      \
    .method = (m), .path = (p), .kind = ROUTE_QUERY, .run = query_run, .run_at_once = query_from_memory, \
    .access = ACCESS_SIGNED_IN, .status = 200
#define COMMAND(m, p) .method = (m), .path = (p), .kind = ROUTE_COMMAND, .run = send_command, .access = ACCESS_SIGNED_IN
#define CUSTOM(m, p) .method = (m), .path = (p), .kind = ROUTE_CUSTOM, .access = ACCESS_SIGNED_IN
#define PUBLIC_CUSTOM(m, p) .method = (m), .path = (p), .kind = ROUTE_CUSTOM, .access = ACCESS_PUBLIC, .status = 200

/* Tags of an answer (proto/tags.def): there is one; one of the viewer; one of his branch and of each grant's
 * organisation; one of the id in a field of the request. */
#define THE(name)                           \
    {                                       \
        .source = TAGGED_ALL, .tag = (name) \
    }
#define OF_MEMBER(name)                        \
    {                                          \
        .source = TAGGED_MEMBER, .tag = (name) \
    }
#define OF_GRANTS(name)                        \
    {                                          \
        .source = TAGGED_GRANTS, .tag = (name) \
    }
#define OF(name, of)                                        \
    {                                                       \
        .source = TAGGED_FIELD, .tag = (name), .field = #of \
    }

/* How long an answer is kept: until its tags say otherwise, or, where counters and other services' facts show through,
 * a moment. */
#define LONG .lifetime_ms = 60000
#define SHORT .lifetime_ms = 500

static const struct route ROWS[] = {
    /* --- signing in --- */
    {PUBLIC_DIRECT("POST", "/v1/auth/login"), .service = SERVICE_AUTH, .request = MESSAGE(login),
     .reply = MESSAGE(session), .features = "S21 S30", .summary_vi = "Đăng nhập", .summary_en = "Sign in"},
    {PUBLIC_DIRECT("POST", "/v1/auth/activate/check"), .service = SERVICE_AUTH, .request = MESSAGE(check_activation),
     .reply = MESSAGE(activation_check), .features = "S30", .summary_vi = "Kiểm tra mã kích hoạt",
     .summary_en = "Check an activation code"},
    {PUBLIC_DIRECT("POST", "/v1/auth/activate"), .service = SERVICE_AUTH, .request = MESSAGE(activate),
     .reply = MESSAGE(session), .features = "S21 S30", .summary_vi = "Kích hoạt tài khoản",
     .summary_en = "Activate the account"},
    {PUBLIC_DIRECT("POST", "/v1/auth/link"), .service = SERVICE_AUTH, .request = MESSAGE(link_device),
     .reply = MESSAGE(session), .features = "S21", .summary_vi = "Đăng nhập thiết bị thứ hai bằng mã",
     .summary_en = "Sign in a second device by a code"},
    {PUBLIC_DIRECT("POST", "/v1/auth/refresh"), .service = SERVICE_AUTH, .request = MESSAGE(refresh),
     .reply = MESSAGE(session), .features = "S17 S21", .summary_vi = "Gia hạn phiên",
     .summary_en = "Renew the session"},
    {.method = "POST",
     .path = "/v1/auth/logout",
     .kind = ROUTE_CUSTOM,
     .access = ACCESS_EITHER,
     .service = SERVICE_AUTH,
     .request = MESSAGE(logout),
     .aggregate = AGGREGATE_MEMBER,
     .run = logout_run,
     .status = 204,
     .features = "S21",
     .summary_vi = "Đăng xuất",
     .summary_en = "Sign out"},

    /* --- me --- */
    {QUERY("GET", "/v1/me"), .service = SERVICE_AUTH, .request = MESSAGE(get_me), .reply = MESSAGE(member),
     .scope = SCOPE_MEMBER, .tags = {THE(TAG_DIRECTORY)}, SHORT, .features = "S21", .summary_vi = "Tôi",
     .summary_en = "Me"},
    {QUERY("GET", "/v1/me/sessions"), .service = SERVICE_AUTH, .request = MESSAGE(list_sessions),
     .reply = MESSAGE(login_session_list), .scope = SCOPE_MEMBER, .tags = {OF_MEMBER(TAG_SESSIONS)}, SHORT,
     .features = "S21", .summary_vi = "Các phiên đăng nhập của tôi", .summary_en = "My sessions"},
    {DIRECT("POST", "/v1/me/link-codes"), .request = MESSAGE(create_link_code), .reply = MESSAGE(link_code),
     .status = 201, .features = "S21", .summary_vi = "Mã để đăng nhập thiết bị thứ hai",
     .summary_en = "A code to sign in a second device"},
    {DIRECT("POST", "/v1/me/totp"), .request = MESSAGE(enrol_totp), .reply = MESSAGE(totp_link), .status = 200,
     .features = "S21", .summary_vi = "Bắt đầu dùng mã xác thực 6 số", .summary_en = "Begin to use one-time codes"},
    {DIRECT("PUT", "/v1/me/totp"), .request = MESSAGE(confirm_totp), .reply = MESSAGE(totp_enrolment), .status = 200,
     .features = "S21", .summary_vi = "Xác nhận mã xác thực; nhận mã dự phòng",
     .summary_en = "Confirm one-time codes; recovery codes"},
    {DIRECT("DELETE", "/v1/me/totp"), .request = MESSAGE(remove_totp), .status = 204, .features = "S21",
     .summary_vi = "Thôi dùng mã xác thực", .summary_en = "Stop using one-time codes"},
    {DIRECT("PUT", "/v1/me/password"), .request = MESSAGE(change_password), .status = 204, .features = "S21",
     .summary_vi = "Đổi mật khẩu; các phiên khác kết thúc", .summary_en = "Change the password; other sessions end"},
    {COMMAND("DELETE", "/v1/me/sessions/{session_id}"), .service = SERVICE_AUTH, .request = MESSAGE(end_session),
     .aggregate = AGGREGATE_MEMBER, .idempotency = IDEMPOTENCY_OPTIONAL, .status = 204, .features = "S21",
     .summary_vi = "Kết thúc một phiên", .summary_en = "End a session"},
    {QUERY("GET", "/v1/me/devices"), .service = SERVICE_AUTH, .request = MESSAGE(list_devices),
     .reply = MESSAGE(device_list), .scope = SCOPE_MEMBER, .tags = {OF_MEMBER(TAG_DEVICES)}, SHORT, .features = "S21",
     .summary_vi = "Thiết bị của tôi", .summary_en = "My devices"},
    {COMMAND("PUT", "/v1/me/devices/{device_id}"), .service = SERVICE_AUTH, .request = MESSAGE(register_device),
     .reply = MESSAGE(device), .aggregate = AGGREGATE_MEMBER, .idempotency = IDEMPOTENCY_OPTIONAL, .status = 200,
     .replay = MESSAGE(list_devices), .features = "S21", .summary_vi = "Đăng ký thiết bị nhận thông báo",
     .summary_en = "Register a device for pushes"},
    {COMMAND("DELETE", "/v1/me/devices/{device_id}"), .service = SERVICE_AUTH, .request = MESSAGE(remove_device),
     .aggregate = AGGREGATE_MEMBER, .idempotency = IDEMPOTENCY_OPTIONAL, .status = 204, .features = "S21",
     .summary_vi = "Bỏ một thiết bị", .summary_en = "Remove a device"},
    {QUERY("GET", "/v1/me/preferences"), .service = SERVICE_NOTIFICATION, .request = MESSAGE(get_preferences),
     .reply = MESSAGE(preferences), .scope = SCOPE_MEMBER, .tags = {OF_MEMBER(TAG_PREFERENCES)}, SHORT,
     .features = "S21", .summary_vi = "Tôi muốn được báo thế nào", .summary_en = "How I want to be notified"},
    {COMMAND("PATCH", "/v1/me/preferences"), .service = SERVICE_NOTIFICATION, .request = MESSAGE(edit_preferences),
     .reply = MESSAGE(preferences), .aggregate = AGGREGATE_MEMBER, .idempotency = IDEMPOTENCY_OPTIONAL,
     .if_match = true, .status = 200, .replay = MESSAGE(get_preferences), .features = "S21",
     .summary_vi = "Sửa cách tôi được báo", .summary_en = "Change how I am notified"},
    {QUERY("GET", "/v1/me/consents"), .service = SERVICE_AUTH, .request = MESSAGE(list_consents),
     .reply = MESSAGE(consent_list), .scope = SCOPE_MEMBER, .tags = {OF_MEMBER(TAG_CONSENTS)}, SHORT, .features = "P11",
     .summary_vi = "Những điều tôi đã đồng ý", .summary_en = "What I consented to"},
    {COMMAND("PUT", "/v1/me/consents/{purpose}"), .service = SERVICE_AUTH, .request = MESSAGE(give_consent),
     .reply = MESSAGE(consent), .aggregate = AGGREGATE_MEMBER, .idempotency = IDEMPOTENCY_OPTIONAL, .status = 200,
     .replay = MESSAGE(list_consents), .features = "P11", .summary_vi = "Đồng ý, hoặc rút lại",
     .summary_en = "Consent, or take it back"},
    {QUERY("GET", "/v1/me/access-log"), .service = SERVICE_AUTH, .request = MESSAGE(list_looks),
     .reply = MESSAGE(look_list), .scope = SCOPE_MEMBER, .features = "P11 N6",
     .summary_vi = "Ai đã xem dữ liệu của tôi", .summary_en = "Who was shown my personal data"},
    {COMMAND("POST", "/v1/me/data-exports"), .service = SERVICE_AUTH, .request = MESSAGE(export_own_data),
     .reply = MESSAGE(export), .aggregate = AGGREGATE_MEMBER, .idempotency = IDEMPOTENCY_REQUIRED, .status = 202,
     .location = "/v1/exports/{resource_id}/content", .replay = MESSAGE(find_export), .features = "P11",
     .summary_vi = "Xin một tệp có mọi dữ liệu của tôi", .summary_en = "Ask for a file with all that is kept of me"},
    {QUERY("GET", "/v1/exports/{export_id}/content"), .service = SERVICE_AUTH, .request = MESSAGE(get_export),
     .reply = MESSAGE(own_data), .scope = SCOPE_MEMBER, .compose = own_data_compose,
     .also = 1U << SERVICE_MEETING | 1U << SERVICE_NOTIFICATION | 1U << SERVICE_ANALYTICS, .features = "P11 P10",
     .summary_vi = "Tệp dữ liệu của tôi", .summary_en = "The file that was asked for"},
    {QUERY("GET", "/v1/me/marks"), .service = SERVICE_MEETING, .request = MESSAGE(list_marks),
     .reply = MESSAGE(mark_list), .scope = SCOPE_MEMBER, .compose = composite_marks,
     .also = 1U << SERVICE_DOCUMENT | 1U << SERVICE_ANALYTICS, .features = "S4 S10",
     .summary_vi = "Những gì là của tôi: quyền, đã đọc, đã trả lời",
     .summary_en = "What is mine: rights, read, answered"},

    {DIRECT("POST", "/v1/me/recovery/objection"), .request = MESSAGE(object_to_recovery), .reply = MESSAGE(recovery),
     .status = 200, .features = "S21", .summary_vi = "Phản đối việc cấp lại tài khoản của tôi",
     .summary_en = "Object to a recovery of my account"},

    /* --- members --- */
    {DIRECT("POST", "/v1/members/{member_id}/recoveries"), .request = MESSAGE(ask_recovery), .reply = MESSAGE(recovery),
     .status = 201, .features = "S21", .summary_vi = "Xin cấp lại tài khoản cho người mất máy hoặc quên mật khẩu",
     .summary_en = "Ask for a recovery of an account"},
    {DIRECT("GET", "/v1/members/{member_id}/recoveries/{recovery_id}/letter.pdf"),
     .request = MESSAGE(get_recovery_letter), .reply = MESSAGE(file), .status = 200, .features = "S21",
     .summary_vi = "Thư khôi phục tài khoản (PDF)", .summary_en = "A recovery's letter (PDF)"},

    /* --- organisations --- */
    {QUERY("GET", "/v1/organizations/{organization_id}"), .service = SERVICE_AUTH, .request = MESSAGE(get_organization),
     .reply = MESSAGE(organization), .scope = SCOPE_BRANCH, .tags = {THE(TAG_DIRECTORY)}, SHORT, .features = "S22",
     .summary_vi = "Một tổ chức", .summary_en = "An organisation"},
    {COMMAND("POST", "/v1/organizations"), .service = SERVICE_AUTH, .request = MESSAGE(create_organization),
     .reply = MESSAGE(organization), .roles = ADMIN, .aggregate = AGGREGATE_NEW, .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 201, .location = "/v1/organizations/{resource_id}", .replay = MESSAGE(find_organization),
     .features = "Y4", .summary_vi = "Lập một tổ chức", .summary_en = "Found an organisation"},
    {COMMAND("PATCH", "/v1/organizations/{organization_id}"), .service = SERVICE_AUTH,
     .request = MESSAGE(edit_organization), .reply = MESSAGE(organization), .idempotency = IDEMPOTENCY_OPTIONAL,
     .if_match = true, .status = 200, .location = "/v1/organizations/{aggregate_id}",
     .replay = MESSAGE(get_organization), .features = "S2 Y4", .summary_vi = "Sửa tên, cấp trên, nền nếp họp, đầu mối",
     .summary_en = "Change name, parent, rhythm or contact"},
    {COMMAND("POST", "/v1/organizations/{organization_id}/split"), .service = SERVICE_AUTH,
     .request = MESSAGE(split_organization), .reply = MESSAGE(organization), .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 201, .location = "/v1/organizations/{resource_id}", .replay = MESSAGE(find_organization),
     .features = "Y4", .summary_vi = "Tách chi bộ", .summary_en = "Split a branch: the new one"},
    {COMMAND("POST", "/v1/organizations/{organization_id}/close"), .service = SERVICE_AUTH,
     .request = MESSAGE(close_organization), .reply = MESSAGE(organization), .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 200, .location = "/v1/organizations/{aggregate_id}", .replay = MESSAGE(get_organization),
     .features = "Y4", .summary_vi = "Giải thể hoặc sáp nhập tổ chức", .summary_en = "Close or merge an organisation"},
    {QUERY("GET", "/v1/organizations/{organization_id}/children"), .service = SERVICE_AUTH,
     .request = MESSAGE(list_children), .reply = MESSAGE(organization_list), .scope = SCOPE_BRANCH,
     .tags = {THE(TAG_DIRECTORY)}, SHORT, .features = "S22", .summary_vi = "Các tổ chức trực thuộc",
     .summary_en = "Its direct children"},
    {QUERY("GET", "/v1/organizations/{organization_id}/members"), .service = SERVICE_AUTH,
     .request = MESSAGE(list_members), .reply = MESSAGE(member_list), .scope = SCOPE_MEMBER,
     .tags = {THE(TAG_DIRECTORY)}, SHORT, .features = "S22 S28", .summary_vi = "Đảng viên",
     .summary_en = "Its members"},
    {QUERY("GET", "/v1/organizations/{organization_id}/groups"), .service = SERVICE_AUTH,
     .request = MESSAGE(get_groups), .reply = MESSAGE(party_group_list), .scope = SCOPE_BRANCH,
     .tags = {THE(TAG_DIRECTORY)}, SHORT, .features = "Y2", .summary_vi = "Các tổ đảng của chi bộ",
     .summary_en = "Party groups of a branch"},
    {COMMAND("PUT", "/v1/organizations/{organization_id}/groups"), .service = SERVICE_AUTH,
     .request = MESSAGE(put_groups), .reply = MESSAGE(party_group_list), .idempotency = IDEMPOTENCY_OPTIONAL,
     .status = 200, .location = "/v1/organizations/{aggregate_id}/groups", .replay = MESSAGE(get_groups),
     .features = "Y2", .summary_vi = "Đặt các tổ đảng", .summary_en = "Set the party groups"},
    {QUERY("GET", "/v1/organizations/{organization_id}/rules"), .service = SERVICE_AUTH, .request = MESSAGE(get_rules),
     .reply = MESSAGE(rules), .scope = SCOPE_BRANCH, .tags = {THE(TAG_DIRECTORY)}, SHORT, .features = "S2 S20",
     .summary_vi = "Quy định đang áp dụng", .summary_en = "The rules that hold there"},
    {COMMAND("PUT", "/v1/organizations/{organization_id}/rules"), .service = SERVICE_AUTH,
     .request = MESSAGE(put_rules), .reply = MESSAGE(rules), .idempotency = IDEMPOTENCY_OPTIONAL, .status = 200,
     .location = "/v1/organizations/{aggregate_id}/rules", .replay = MESSAGE(get_rules), .features = "S2 S20",
     .summary_vi = "Đặt quy định cho tổ chức và cấp dưới", .summary_en = "Set rules for it and all below"},
    {DIRECT("POST", "/v1/organizations/{organization_id}/activation-letters"),
     .request = MESSAGE(make_activation_letters), .reply = MESSAGE(file), .status = 200, .features = "S30",
     .summary_vi = "Thư kích hoạt để in (PDF)", .summary_en = "Activation letters, to print (PDF)"},
    {QUERY("GET", "/v1/organizations/{organization_id}/dashboard"), .service = SERVICE_ANALYTICS,
     .request = MESSAGE(get_dashboard), .reply = MESSAGE(dashboard), .scope = SCOPE_BRANCH,
     .tags = {OF(TAG_DASHBOARD, organization_id), THE(TAG_DASHBOARDS), THE(TAG_DIRECTORY)}, LONG,
     .features = "S20 S22 S27", .summary_vi = "Số liệu tháng", .summary_en = "A month's figures"},
    {QUERY("GET", "/v1/organizations/{organization_id}/meetings"), .service = SERVICE_MEETING,
     .request = MESSAGE(list_meetings), .reply = MESSAGE(meeting_list), .scope = SCOPE_MEMBER,
     .tags = {OF(TAG_MEETINGS, organization_id), THE(TAG_DIRECTORY)}, LONG, .features = "S22 S28",
     .summary_vi = "Cuộc họp của tổ chức và cấp dưới", .summary_en = "Meetings of its subtree"},

    /* --- members --- */
    {COMMAND("POST", "/v1/members"), .service = SERVICE_AUTH, .request = MESSAGE(create_member),
     .reply = MESSAGE(member_profile), .roles = SECRETARY | ADMIN, .aggregate = AGGREGATE_NEW,
     .idempotency = IDEMPOTENCY_REQUIRED, .status = 201, .location = "/v1/members/{resource_id}",
     .replay = MESSAGE(find_member), .features = "S8 S11", .summary_vi = "Thêm đảng viên",
     .summary_en = "Add a member"},
    {QUERY("GET", "/v1/members/{member_id}"), .service = SERVICE_AUTH, .request = MESSAGE(get_member),
     .reply = MESSAGE(member_profile), .scope = SCOPE_MEMBER, .tags = {THE(TAG_DIRECTORY)}, SHORT, .features = "S8 S11",
     .summary_vi = "Một đảng viên", .summary_en = "A member"},
    {COMMAND("PATCH", "/v1/members/{member_id}"), .service = SERVICE_AUTH, .request = MESSAGE(edit_member),
     .reply = MESSAGE(member_profile), .idempotency = IDEMPOTENCY_OPTIONAL, .if_match = true, .status = 200,
     .location = "/v1/members/{aggregate_id}", .replay = MESSAGE(get_member), .features = "S8 S11 Y5",
     .summary_vi = "Sửa thông tin đảng viên", .summary_en = "Change a member"},
    {QUERY("GET", "/v1/members/{member_id}/history"), .service = SERVICE_AUTH, .request = MESSAGE(list_history),
     .reply = MESSAGE(history_list), .scope = SCOPE_MEMBER, .tags = {THE(TAG_DIRECTORY)}, SHORT, .features = "S8 S11",
     .summary_vi = "Lịch sử thay đổi của một đảng viên", .summary_en = "What was changed of a member"},
    {COMMAND("POST", "/v1/members/{member_id}/merge"), .service = SERVICE_AUTH, .request = MESSAGE(merge_members),
     .reply = MESSAGE(member_profile), .idempotency = IDEMPOTENCY_REQUIRED, .status = 200,
     .location = "/v1/members/{aggregate_id}", .replay = MESSAGE(get_member), .features = "S8 P9",
     .summary_vi = "Gộp hai hồ sơ của một người", .summary_en = "Merge a double into a member"},
    {COMMAND("PUT", "/v1/organizations/{organization_id}/positions/{member_id}"), .service = SERVICE_AUTH,
     .request = MESSAGE(put_position), .reply = MESSAGE(member_profile), .idempotency = IDEMPOTENCY_OPTIONAL,
     .status = 200, .location = "/v1/members/{resource_id}", .replay = MESSAGE(find_member), .features = "S12 Y1",
     .summary_vi = "Giao chức vụ", .summary_en = "Give a position"},
    {COMMAND("DELETE", "/v1/organizations/{organization_id}/positions/{member_id}"), .service = SERVICE_AUTH,
     .request = MESSAGE(end_position), .idempotency = IDEMPOTENCY_OPTIONAL, .status = 204, .features = "S12 Y1",
     .summary_vi = "Thôi giao chức vụ", .summary_en = "End a position"},
    {QUERY("GET", "/v1/transfers"), .service = SERVICE_AUTH, .request = MESSAGE(list_transfers),
     .reply = MESSAGE(transfer_list), .scope = SCOPE_MEMBER, .tags = {THE(TAG_DIRECTORY)}, SHORT, .features = "S8",
     .summary_vi = "Các lần chuyển sinh hoạt", .summary_en = "Transfers"},
    {COMMAND("POST", "/v1/transfers"), .service = SERVICE_AUTH, .request = MESSAGE(request_transfer),
     .reply = MESSAGE(transfer), .roles = SECRETARY | OFFICER | ADMIN, .aggregate = AGGREGATE_NEW,
     .idempotency = IDEMPOTENCY_REQUIRED, .status = 201, .location = "/v1/transfers/{aggregate_id}",
     .replay = MESSAGE(get_transfer), .features = "S8 Y7", .summary_vi = "Chuyển sinh hoạt, hoặc đề nghị chuyển",
     .summary_en = "Transfer a member, or ask for it"},
    {COMMAND("POST", "/v1/transfers/{transfer_id}/approve"), .service = SERVICE_AUTH,
     .request = MESSAGE(approve_transfer), .reply = MESSAGE(transfer), .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 200, .location = "/v1/transfers/{aggregate_id}", .replay = MESSAGE(get_transfer), .features = "S8",
     .summary_vi = "Đồng ý tiếp nhận", .summary_en = "Approve a transfer"},
    {COMMAND("POST", "/v1/transfers/{transfer_id}/decline"), .service = SERVICE_AUTH,
     .request = MESSAGE(decline_transfer), .reply = MESSAGE(transfer), .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 200, .location = "/v1/transfers/{aggregate_id}", .replay = MESSAGE(get_transfer), .features = "S8",
     .summary_vi = "Không tiếp nhận", .summary_en = "Decline a transfer"},
    {COMMAND("POST", "/v1/transfers/{transfer_id}/revert"), .service = SERVICE_AUTH,
     .request = MESSAGE(revert_transfer), .reply = MESSAGE(transfer), .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 200, .location = "/v1/transfers/{aggregate_id}", .replay = MESSAGE(get_transfer), .features = "S8 Y7",
     .summary_vi = "Rút lại hoặc hoàn tác việc chuyển", .summary_en = "Withdraw or undo a transfer"},

    /* --- rosters --- */
    {COMMAND("POST", "/v1/roster-imports"), .service = SERVICE_AUTH, .request = MESSAGE(import_roster),
     .reply = MESSAGE(roster), .roles = ADMIN, .aggregate = AGGREGATE_NEW, .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 202, .location = "/v1/roster-imports/{aggregate_id}", .replay = MESSAGE(get_roster), .features = "P9",
     .summary_vi = "Nhập danh sách, hoặc xem trước", .summary_en = "Import a roster, or preview it"},
    {QUERY("GET", "/v1/roster-imports/{import_id}"), .service = SERVICE_AUTH, .request = MESSAGE(get_roster),
     .reply = MESSAGE(roster), .scope = SCOPE_MEMBER, .features = "P9", .summary_vi = "Kết quả nhập danh sách",
     .summary_en = "What an import did, or would do"},
    {COMMAND("POST", "/v1/roster-imports/{import_id}/apply"), .service = SERVICE_AUTH, .request = MESSAGE(apply_roster),
     .reply = MESSAGE(roster), .idempotency = IDEMPOTENCY_REQUIRED, .status = 202,
     .location = "/v1/roster-imports/{resource_id}", .replay = MESSAGE(find_roster), .features = "P9",
     .summary_vi = "Nhận danh sách đã xem trước", .summary_en = "Take what was previewed"},
    {DIRECT("GET", "/v1/roster-imports/{import_id}/errors.csv"), .request = MESSAGE(get_roster_errors),
     .reply = MESSAGE(file), .status = 200, .features = "P9", .summary_vi = "Các dòng lỗi",
     .summary_en = "The lines that were left out"},
    {DIRECT("GET", "/v1/roster-imports/{import_id}/absent.csv"), .request = MESSAGE(get_roster_absent),
     .reply = MESSAGE(file), .status = 200, .features = "P9", .summary_vi = "Ai ở chi bộ mà không có trong tệp",
     .summary_en = "Who is in a branch of the file and not in the file"},

    /* --- meetings --- */
    {QUERY("GET", "/v1/meetings"), .service = SERVICE_MEETING, .request = MESSAGE(list_meetings),
     .reply = MESSAGE(meeting_list), .scope = SCOPE_MEMBER, .tags = {OF_GRANTS(TAG_MEETINGS), THE(TAG_DIRECTORY)}, LONG,
     .features = "S1 S3", .summary_vi = "Các cuộc họp", .summary_en = "Meetings"},
    {COMMAND("POST", "/v1/meetings"), .service = SERVICE_MEETING, .request = MESSAGE(schedule_meeting),
     .reply = MESSAGE(meeting), .roles = DEPUTY | SECRETARY | OFFICER, .aggregate = AGGREGATE_NEW,
     .idempotency = IDEMPOTENCY_REQUIRED, .status = 201, .location = "/v1/meetings/{aggregate_id}",
     .replay = MESSAGE(get_meeting), .features = "S1 S3 S13 S16", .summary_vi = "Đăng ký cuộc họp",
     .summary_en = "Schedule a meeting"},
    {QUERY("GET", "/v1/meetings/{meeting_id}"), .service = SERVICE_MEETING, .request = MESSAGE(get_meeting),
     .reply = MESSAGE(meeting), .scope = SCOPE_BRANCH, .then_member = true,
     .tags = {OF(TAG_MEETING, meeting_id), THE(TAG_DIRECTORY)}, LONG, .features = "S1 S4", .summary_vi = "Một cuộc họp",
     .summary_en = "A meeting"},
    {COMMAND("PATCH", "/v1/meetings/{meeting_id}"), .service = SERVICE_MEETING, .request = MESSAGE(edit_meeting),
     .reply = MESSAGE(meeting), .idempotency = IDEMPOTENCY_OPTIONAL, .if_match = true, .status = 200,
     .location = "/v1/meetings/{aggregate_id}", .replay = MESSAGE(get_meeting), .features = "S1 S13",
     .summary_vi = "Sửa cuộc họp", .summary_en = "Change a meeting"},
    {COMMAND("DELETE", "/v1/meetings/{meeting_id}"), .service = SERVICE_MEETING,
     .request = MESSAGE(delete_meeting_draft), .idempotency = IDEMPOTENCY_OPTIONAL, .status = 204, .features = "S1",
     .summary_vi = "Xóa bản nháp", .summary_en = "Delete a draft"},
    {COMMAND("POST", "/v1/meetings/{meeting_id}/publish"), .service = SERVICE_MEETING,
     .request = MESSAGE(publish_meeting), .reply = MESSAGE(meeting), .idempotency = IDEMPOTENCY_REQUIRED, .status = 200,
     .location = "/v1/meetings/{aggregate_id}", .replay = MESSAGE(get_meeting), .features = "S1",
     .summary_vi = "Công bố cuộc họp", .summary_en = "Publish a meeting"},
    {COMMAND("POST", "/v1/meetings/{meeting_id}/cancel"), .service = SERVICE_MEETING,
     .request = MESSAGE(cancel_meeting), .reply = MESSAGE(meeting), .idempotency = IDEMPOTENCY_REQUIRED, .status = 200,
     .location = "/v1/meetings/{aggregate_id}", .replay = MESSAGE(get_meeting), .features = "S1",
     .summary_vi = "Hủy cuộc họp", .summary_en = "Cancel a meeting"},
    {QUERY("GET", "/v1/meetings/{meeting_id}/pack"), .service = SERVICE_MEETING, .request = MESSAGE(get_meeting_pack),
     .reply = MESSAGE(meeting_pack), .scope = SCOPE_MEMBER,
     .tags = {OF(TAG_MEETING, meeting_id), OF(TAG_COMMENTS, meeting_id)}, SHORT, .compose = composite_pack,
     .also = 1U << SERVICE_DOCUMENT, .features = "S4 S10", .summary_vi = "Trọn bộ tài liệu cuộc họp",
     .summary_en = "All that a meeting needs, for offline"},
    {QUERY("GET", "/v1/meetings/{meeting_id}/comments"), .service = SERVICE_MEETING, .request = MESSAGE(list_comments),
     .reply = MESSAGE(comment_list), .scope = SCOPE_MEMBER,
     .tags = {OF(TAG_MEETING, meeting_id), OF(TAG_COMMENTS, meeting_id), THE(TAG_DIRECTORY)}, LONG, .features = "S5",
     .summary_vi = "Ý kiến", .summary_en = "Comments"},
    {COMMAND("POST", "/v1/meetings/{meeting_id}/comments"), .service = SERVICE_MEETING,
     .request = MESSAGE(comment_on_meeting), .reply = MESSAGE(comment), .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 201, .location = "/v1/meetings/{aggregate_id}/comments/{resource_id}", .replay = MESSAGE(get_comment),
     .features = "S5", .summary_vi = "Góp ý", .summary_en = "Comment"},
    {COMMAND("PUT", "/v1/meetings/{meeting_id}/comments/{comment_id}/answer"), .service = SERVICE_MEETING,
     .request = MESSAGE(answer_comment), .reply = MESSAGE(comment), .idempotency = IDEMPOTENCY_OPTIONAL, .status = 200,
     .location = "/v1/meetings/{aggregate_id}/comments/{resource_id}", .replay = MESSAGE(get_comment), .features = "S5",
     .summary_vi = "Trả lời ý kiến", .summary_en = "Answer a comment"},
    {QUERY("GET", "/v1/meetings/{meeting_id}/proposals"), .service = SERVICE_MEETING,
     .request = MESSAGE(list_proposals), .reply = MESSAGE(proposal_list), .scope = SCOPE_BRANCH, .then_member = true,
     .tags = {OF(TAG_MEETING, meeting_id), OF(TAG_PROPOSALS, meeting_id), THE(TAG_DIRECTORY)}, LONG, .features = "S6",
     .summary_vi = "Đề xuất nội dung họp", .summary_en = "Proposals for the agenda"},
    {COMMAND("POST", "/v1/meetings/{meeting_id}/proposals"), .service = SERVICE_MEETING,
     .request = MESSAGE(propose_topic), .reply = MESSAGE(proposal), .idempotency = IDEMPOTENCY_REQUIRED, .status = 201,
     .location = "/v1/meetings/{aggregate_id}/proposals/{resource_id}", .replay = MESSAGE(get_proposal),
     .features = "S6", .summary_vi = "Đề xuất một nội dung", .summary_en = "Propose a topic"},
    {COMMAND("POST", "/v1/meetings/{meeting_id}/proposals/{proposal_id}/withdraw"), .service = SERVICE_MEETING,
     .request = MESSAGE(withdraw_proposal), .reply = MESSAGE(proposal), .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 200, .location = "/v1/meetings/{aggregate_id}/proposals/{resource_id}", .replay = MESSAGE(get_proposal),
     .features = "S6", .summary_vi = "Rút đề xuất", .summary_en = "Withdraw a proposal"},
    {COMMAND("PUT", "/v1/meetings/{meeting_id}/proposals/{proposal_id}/decision"), .service = SERVICE_MEETING,
     .request = MESSAGE(decide_proposal), .reply = MESSAGE(proposal), .idempotency = IDEMPOTENCY_OPTIONAL,
     .status = 200, .location = "/v1/meetings/{aggregate_id}/proposals/{resource_id}", .replay = MESSAGE(get_proposal),
     .features = "S6", .summary_vi = "Quyết định về đề xuất", .summary_en = "Decide on a proposal"},

    /* --- documents --- */
    {CUSTOM("POST", "/v1/blobs"), .service = SERVICE_DOCUMENT, .reply = MESSAGE(blob),
     .roles = DEPUTY | SECRETARY | OFFICER | ADMIN, .status = 201, .head = blob_head, .run = blob_finish,
     .features = "P4", .summary_vi = "Tải tệp lên", .summary_en = "Upload a file's bytes"},
    {QUERY("GET", "/v1/documents"), .service = SERVICE_DOCUMENT, .request = MESSAGE(list_documents),
     .reply = MESSAGE(document_list), .scope = SCOPE_MEMBER, .tags = {THE(TAG_DOCUMENTS), THE(TAG_DIRECTORY)}, LONG,
     .features = "S3 S19", .summary_vi = "Văn bản", .summary_en = "Documents"},
    {COMMAND("POST", "/v1/documents"), .service = SERVICE_DOCUMENT, .request = MESSAGE(create_document),
     .reply = MESSAGE(document), .roles = DEPUTY | SECRETARY | OFFICER, .aggregate = AGGREGATE_NEW,
     .idempotency = IDEMPOTENCY_REQUIRED, .status = 201, .location = "/v1/documents/{aggregate_id}",
     .replay = MESSAGE(get_document), .features = "S3 S9 S19", .summary_vi = "Soạn văn bản",
     .summary_en = "Draft a document"},
    {QUERY("GET", "/v1/documents/{document_id}"), .service = SERVICE_DOCUMENT, .request = MESSAGE(get_document),
     .reply = MESSAGE(document), .scope = SCOPE_BRANCH, .then_member = true,
     .tags = {OF(TAG_DOCUMENT, document_id), THE(TAG_DIRECTORY)}, LONG, .features = "S19", .summary_vi = "Một văn bản",
     .summary_en = "A document"},
    {COMMAND("PATCH", "/v1/documents/{document_id}"), .service = SERVICE_DOCUMENT, .request = MESSAGE(edit_document),
     .reply = MESSAGE(document), .idempotency = IDEMPOTENCY_OPTIONAL, .if_match = true, .status = 200,
     .location = "/v1/documents/{aggregate_id}", .replay = MESSAGE(get_document), .features = "S19 N4",
     .summary_vi = "Sửa văn bản", .summary_en = "Change a document"},
    {COMMAND("POST", "/v1/documents/{document_id}/publish"), .service = SERVICE_DOCUMENT,
     .request = MESSAGE(publish_document), .reply = MESSAGE(document), .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 200, .location = "/v1/documents/{aggregate_id}", .replay = MESSAGE(get_document), .features = "S19",
     .summary_vi = "Ban hành văn bản", .summary_en = "Publish a document"},
    {COMMAND("POST", "/v1/documents/{document_id}/withdraw"), .service = SERVICE_DOCUMENT,
     .request = MESSAGE(withdraw_document), .reply = MESSAGE(document), .idempotency = IDEMPOTENCY_REQUIRED,
     .status = 200, .location = "/v1/documents/{aggregate_id}", .replay = MESSAGE(get_document), .features = "S19",
     .summary_vi = "Thu hồi văn bản", .summary_en = "Withdraw a document"},
    {CUSTOM("GET", "/v1/documents/{document_id}/content"), .service = SERVICE_DOCUMENT,
     .request = MESSAGE(get_document_content), .run = content_get, .status = 200, .features = "S4 S18",
     .summary_vi = "Tệp của văn bản", .summary_en = "A document's file"},

    /* --- inbox --- */
    {QUERY("GET", "/v1/inbox"), .service = SERVICE_NOTIFICATION, .request = MESSAGE(list_inbox),
     .reply = MESSAGE(inbox_list), .scope = SCOPE_MEMBER, .tags = {OF_MEMBER(TAG_INBOX)}, SHORT, .features = "P8",
     .summary_vi = "Hộp thư", .summary_en = "Inbox"},
    {COMMAND("PUT", "/v1/inbox/{item_id}/read"), .service = SERVICE_NOTIFICATION, .request = MESSAGE(read_inbox_item),
     .reply = MESSAGE(inbox_unread), .aggregate = AGGREGATE_MEMBER, .idempotency = IDEMPOTENCY_OPTIONAL, .status = 200,
     .replay = MESSAGE(list_inbox), .features = "P8", .summary_vi = "Đánh dấu đã đọc",
     .summary_en = "Mark an item read"},
    {COMMAND("POST", "/v1/inbox/read"), .service = SERVICE_NOTIFICATION, .request = MESSAGE(read_inbox_up_to),
     .reply = MESSAGE(inbox_unread), .aggregate = AGGREGATE_MEMBER, .idempotency = IDEMPOTENCY_REQUIRED, .status = 200,
     .replay = MESSAGE(list_inbox), .features = "P8", .summary_vi = "Đánh dấu đã đọc đến đây",
     .summary_en = "Mark all up to here read"},
    {QUERY("GET", "/v1/notifications/{notification_id}/delivery"), .service = SERVICE_NOTIFICATION,
     .request = MESSAGE(get_delivery), .reply = MESSAGE(delivery), .scope = SCOPE_BRANCH, .features = "P8",
     .summary_vi = "Kết quả gửi thông báo", .summary_en = "What became of a notification"},

    /* --- the rest --- */
    {CUSTOM("POST", "/v1/activity"), .service = SERVICE_ANALYTICS, .request = MESSAGE(record_activity), .status = 202,
     .run = activity_run, .features = "S29 N2", .summary_vi = "Ghi nhận đã mở, đã đọc",
     .summary_en = "Report what was opened and read"},
    {CUSTOM("GET", "/v1/operations/{operation_id}"), .run = operation_get, .status = 200, .features = "N1",
     .summary_vi = "Việc đang chờ xử lý", .summary_en = "What became of a request answered 202"},
    {QUERY("GET", "/v1/audit"), .service = SERVICE_AUTH, .request = MESSAGE(list_audit), .reply = MESSAGE(audit_list),
     .roles = ADMIN, .scope = SCOPE_BRANCH, .features = "P11", .summary_vi = "Nhật ký: ai đã làm gì với ai",
     .summary_en = "The audit: what was done to whom, by whom"},
    {PUBLIC_CUSTOM("GET", "/v1/config"), .run = client_config_get, .reply = MESSAGE(client_config),
     .features = "S21 S30", .summary_vi = "Điều ứng dụng cần biết trước khi đăng nhập",
     .summary_en = "What a client must know before signing in"},
    {PUBLIC_CUSTOM("GET", "/openapi.json"), .run = openapi_get, .features = "N1", .summary_vi = "Hợp đồng này",
     .summary_en = "This contract"},
    {PUBLIC_CUSTOM("GET", "/docs"), .run = docs_get, .features = "N1", .summary_vi = "Hợp đồng để đọc",
     .summary_en = "This contract, to read"},
    {PUBLIC_CUSTOM("GET", "/healthz"), .run = ops_health, .features = "N1", .summary_vi = "Tiến trình còn sống",
     .summary_en = "The process lives"},
    {PUBLIC_CUSTOM("GET", "/readyz"), .run = ops_ready, .features = "N1", .summary_vi = "Sẵn sàng",
     .summary_en = "It takes requests"},
    {PUBLIC_CUSTOM("GET", "/metrics"), .run = ops_metrics, .features = "N1", .summary_vi = "Số đo",
     .summary_en = "Prometheus metrics"},
#ifdef SOTAY_FAILPOINTS
    {PUBLIC_CUSTOM("GET", "/failpoints"), .run = ops_failpoints, .features = "N1", .summary_vi = "",
     .summary_en = "Test builds only"},
    {PUBLIC_CUSTOM("POST", "/failpoints"), .run = ops_failpoints, .features = "N1", .summary_vi = "",
     .summary_en = "Test builds only"},
#endif
};

const struct route_table routes = {ROWS, ARRAY_LENGTH(ROWS)};
