"""What people say in the past of the demo city (past.py). Invented; a function draws with the generator it is given."""
TOPICS = [("Thông tin tình hình thời sự, chính sách mới", 15), ("Kiểm điểm công tác tháng trước", 20),
          ("Bàn nhiệm vụ trọng tâm tháng này", 25), ("Chuyên đề học tập và làm theo tư tưởng, đạo đức Hồ Chí Minh", 20),
          ("Công tác phát triển đảng viên", 10), ("Công tác dân vận ở tổ dân phố", 15), ("Thu, nộp đảng phí", 5),
          ("Góp ý dự thảo quy chế làm việc của chi ủy", 15)]
MATERIAL = ["Tài liệu sinh hoạt chi bộ tháng {}", "Báo cáo công tác chuẩn bị sinh hoạt tháng {}",
            "Bản tin nội bộ phục vụ sinh hoạt tháng {}"]
COMMENTS = ["Đề nghị gửi tài liệu sớm hơn để các đồng chí cao tuổi kịp đọc.", "Tôi nhất trí với dự kiến chương trình.",
            "Cần nói rõ ai phụ trách việc vệ sinh ngõ 12.", "Đề nghị dành thêm thời gian cho phần thảo luận.",
            "Nên mời tổ trưởng dân phố cùng dự phần này.", "Đường ngõ 4 xuống cấp, mong chi bộ có ý kiến với phường.",
            "Đề nghị biểu dương các đồng chí tham gia hiến máu.", "Tài liệu rõ ràng, dễ theo dõi."]
ANSWERS = ["Cảm ơn đồng chí, chi ủy tiếp thu và sẽ nêu tại cuộc họp.",
           "Chi ủy đã phân công đồng chí Phó Bí thư theo dõi.",
           "Nội dung này sẽ được trao đổi kỹ trong phần thảo luận.", "Chi ủy sẽ gửi tài liệu trước ít nhất năm ngày."]
PROPOSALS = [("Bàn việc chăm sóc gia đình chính sách", "Sắp đến dịp 27/7, cần phân công thăm hỏi."),
             ("Lắp thêm đèn chiếu sáng ngõ 9", "Buổi tối ngõ tối, người cao tuổi đi lại khó."),
             ("Tổ chức đọc sách cho thiếu nhi dịp hè", "Nhà văn hóa có phòng trống buổi sáng.")]
DECISIONS = {"accepted": "Đưa vào chương trình.", "next": "Để tháng sau vì chương trình đã kín.",
             "declined": "Việc này thuộc thẩm quyền của tổ dân phố, chi ủy đã chuyển ý kiến."}
REASONS = ["Đi công tác", "Ốm, có báo trước", "Chăm người nhà nằm viện", "Về quê có việc gia đình"]
CONCLUSIONS = ["Chi bộ nhất trí, giao chi ủy thực hiện trong tháng.", "Đã trao đổi, thống nhất theo dự thảo.",
               "Các đồng chí tiếp tục nghiên cứu, góp ý bằng văn bản.", "Giao đồng chí phụ trách báo cáo kỳ sau."]
PLACES = ["Nhà văn hóa tổ dân phố số 3", "Hội trường chi bộ", "Nhà sinh hoạt cộng đồng", "Phòng họp tầng 2"]


def topics(rng, month):
    chosen = rng.sample(TOPICS, rng.randint(3, 4))
    return [(f"{title} (tháng {month})" if "tháng này" in title else title, minutes) for title, minutes in chosen]


def material(rng, month):
    return rng.choice(MATERIAL).format(month)


def resolution(month, year):
    return f"Nghị quyết chi bộ tháng {month}/{year}"


def text(title):
    return (f"{title}\n\nCác đồng chí nghiên cứu trước khi sinh hoạt; ý kiến gửi qua Sổ tay hoặc điện thoại cho"
            " đồng chí Bí thư.\n\n1. Tình hình chung.\n2. Nhiệm vụ.\n3. Tổ chức thực hiện.\n")


def comment(rng):
    return rng.choice(COMMENTS)


def answer(rng):
    return rng.choice(ANSWERS)


def proposal(rng):
    return rng.choice(PROPOSALS)


def reason(rng):
    return rng.choice(REASONS)


def conclusion(rng):
    return rng.choice(CONCLUSIONS)


def minutes(rng, n_topics):
    spoke = rng.randint(4, 11)
    return (f"Chi bộ sinh hoạt theo chương trình {n_topics} nội dung. Có {spoke} ý kiến phát biểu. Đồng chí Bí thư"
            " kết luận từng nội dung; chi bộ biểu quyết nhất trí.")


def place(rng, name):
    return rng.choice(PLACES) if "giao thông" not in name else "Phòng họp Trung tâm"
